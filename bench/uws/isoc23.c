/*
 * The three C23 entry points of glibc 2.38 that the prebuilt uWebSockets.js asks for, for older systems. Preloaded into the
 * process that runs it. Only its start-up and configuration parsing call them: no path that is measured does.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

long __isoc23_strtol(const char *text, char **end, int base) { return strtol(text, end, base); }

unsigned long __isoc23_strtoul(const char *text, char **end, int base) { return strtoul(text, end, base); }

int __isoc23_sscanf(const char *text, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int converted = vsscanf(text, format, arguments);
  va_end(arguments);
  return converted;
}
