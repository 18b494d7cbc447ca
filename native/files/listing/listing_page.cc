#include "native/files/listing/listing_page.h"

#include <cstdio>
#include <ctime>
#include <iterator>

#include "native/files/names/location.h"

namespace fastserve::files {
namespace {

constexpr std::string_view kPageStart =
    "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>";

constexpr std::string_view kPageStyle =
    "</title>\n<style>\n"
    ":root{color-scheme:light dark;--line:#8883;--dim:#666;--accent:#2563eb}\n"
    "@media(prefers-color-scheme:dark){:root{--dim:#9a9a9a;--accent:#7aa7ff}}\n"
    "body{font:15px/1.5 system-ui,sans-serif;max-width:56rem;margin:2.5rem auto;padding:0 1rem}\n"
    "h1{font-size:1.15rem;font-weight:600;overflow-wrap:anywhere;margin:0 0 1.25rem}\n"
    "a{color:var(--accent);text-decoration:none}a:hover,a:focus-visible{text-decoration:underline}\n"
    "h1 a{padding:0 .15em}h1 span{color:var(--dim);padding:0 .3em}\n"
    "table{border-collapse:collapse;width:100%}\n"
    "th{font-size:.8rem;font-weight:500;color:var(--dim);text-align:left}\n"
    "th,td{padding:.45rem .6rem;border-bottom:1px solid var(--line)}\n"
    "td:first-child{overflow-wrap:anywhere;width:100%;padding-left:2.3em;text-indent:-1.7em}\n"
    ".n{text-align:right;white-space:nowrap;color:var(--dim);font-variant-numeric:tabular-nums}\n"
    "tbody tr:hover{background:#8881}\n"
    "i{display:inline-block;width:.75em;height:.9em;border:1.5px solid var(--dim);border-radius:2px;"
    "margin-right:.8em;vertical-align:-.1em}\n"
    ".d i{width:1em;height:.7em;border-color:var(--accent);background:color-mix(in srgb,var(--accent) 25%,transparent);"
    "margin-right:.55em;vertical-align:0}\n"
    "p{color:var(--dim)}\n"
    "@media(max-width:34rem){.m{display:none}}\n"
    "</style>\n";

// The length of the UTF-8 sequence at the start of `text` (Unicode 3.9, table 3-7), 0 when there is none.
size_t Utf8Length(std::string_view text) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto continues = [&](size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return continues(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool valid = (lead != 0xE0 || byte(1) >= 0xA0) && (lead != 0xED || byte(1) <= 0x9F);
    return valid && continues(1) && continues(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool valid = (lead != 0xF0 || byte(1) >= 0x90) && (lead != 0xF4 || byte(1) <= 0x8F);
    return valid && continues(1) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

// Calls `each` with every character of `text`; a byte that belongs to none is U+FFFD.
template <typename Each>
void ForEachCharacter(std::string_view text, Each&& each) {
  while (!text.empty()) {
    const size_t length = Utf8Length(text);
    each(length == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(0, length));
    text.remove_prefix(length == 0 ? 1 : length);
  }
}

void AppendHtml(std::string_view text, std::string* out) {
  ForEachCharacter(text, [&](std::string_view character) {
    switch (character.front()) {
      case '&': out->append("&amp;"); break;
      case '<': out->append("&lt;"); break;
      case '>': out->append("&gt;"); break;
      case '"': out->append("&quot;"); break;
      case '\'': out->append("&#39;"); break;
      default: out->append(character);
    }
  });
}

void AppendJson(std::string_view text, std::string* out) {
  out->push_back('"');
  ForEachCharacter(text, [&](std::string_view character) {
    const auto c = static_cast<unsigned char>(character.front());
    if (c == '"' || c == '\\') {
      out->append("\\").append(character);
    } else if (c < 0x20 || c == 0x7F || character == "\xE2\x80\xA8" || character == "\xE2\x80\xA9") {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", character.size() == 1 ? c : 0x2020u + (character[2] & 0x0Fu));
      out->append(escape);
    } else {
      out->append(character);
    }
  });
  out->push_back('"');
}

// "./" and the name percent-encoded: RFC 3986 4.2 wants the dot segment before a colon.
void AppendHref(const ListedEntry& entry, std::string* out) {
  out->append("./");
  AppendEncodedSegment(entry.name, out);
  if (entry.is_directory) out->push_back('/');
}

void AppendTime(const char* format, int64_t seconds, std::string* out) {
  const auto time = static_cast<time_t>(seconds);
  tm parts{};
  char text[40];
  ::gmtime_r(&time, &parts);
  out->append(text, std::strftime(text, sizeof text, format, &parts));
}

void AppendSize(uint64_t bytes, std::string* out) {
  static constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  auto value = static_cast<double>(bytes);
  size_t unit = 0;
  for (; value >= 999.5 && unit + 1 < std::size(kUnits); ++unit) value /= 1024;
  char text[32];
  std::snprintf(text, sizeof text, unit == 0 || value >= 99.95 ? "%.0f %s" : "%.1f %s", value, kUnits[unit]);
  out->append(text);
}

// The mount's prefix and each directory below it; all but the last are links upwards. "/" is its own separator.
void AppendBreadcrumbs(std::string_view path, std::string_view prefix, std::string* out) {
  size_t levels = 0;
  for (const char c : path.substr(prefix.size())) levels += c == '/';
  std::string_view name = prefix.size() > 1 ? prefix.substr(0, prefix.size() - 1) : prefix;
  std::string_view rest = path.substr(prefix.size());
  while (true) {
    if (levels > 0) {
      out->append("<a href=\"");
      for (size_t i = 0; i < levels; ++i) out->append("../");
      out->append("\">");
    }
    AppendHtml(name, out);
    if (levels == 0) return;
    out->append(name == "/" ? "</a>" : "</a><span>/</span>");
    --levels;
    const size_t slash = rest.find('/');
    name = rest.substr(0, slash);
    rest.remove_prefix(slash + 1);
  }
}

void AppendRow(const ListedEntry& entry, std::string* out) {
  out->append(entry.is_directory ? "<tr class=\"d\"><td><i></i><a href=\"" : "<tr><td><i></i><a href=\"");
  AppendHref(entry, out);
  out->append("\">");
  AppendHtml(entry.name, out);
  out->append(entry.is_directory ? "/</a><td class=\"n\">" : "</a><td class=\"n\">");
  if (!entry.is_directory) AppendSize(entry.size, out);
  out->append("<td class=\"n m\"><time datetime=\"");
  AppendTime("%Y-%m-%dT%H:%M:%SZ", entry.modified_seconds, out);
  out->append("\">");
  AppendTime("%Y-%m-%d %H:%M", entry.modified_seconds, out);
  out->append("</time>\n");
}

}  // namespace

std::string ListingHtml(const Listing& listing, std::string_view path, std::string_view prefix) {
  std::string page(kPageStart);
  page.append("Index of ");
  AppendHtml(path, &page);
  page.append(kPageStyle).append("<main>\n<h1>");
  AppendBreadcrumbs(path, prefix, &page);
  page.append("</h1>\n<table>\n<thead><tr><th scope=\"col\">Name<th scope=\"col\" class=\"n\">Size<th scope=\"col\" class=\"n m\">Modified (UTC)\n<tbody>\n");
  if (path.size() > prefix.size()) page.append("<tr class=\"d\"><td><i></i><a href=\"../\">../</a><td><td class=\"m\">\n");
  for (const ListedEntry& entry : listing.entries) AppendRow(entry, &page);
  page.append("</table>\n");
  if (listing.entries.empty()) page.append("<p>This directory is empty.\n");
  if (listing.truncated) page.append("<p>The directory has more entries than are listed here.\n");
  return page.append("</main>\n");
}

std::string ListingJson(const Listing& listing, std::string_view path) {
  std::string json("{\"path\":");
  AppendJson(path, &json);
  json.append(listing.truncated ? ",\"truncated\":true,\"entries\":[" : ",\"truncated\":false,\"entries\":[");
  for (const ListedEntry& entry : listing.entries) {
    if (json.back() != '[') json.push_back(',');
    json.append("{\"name\":");
    AppendJson(entry.name, &json);
    json.append(",\"href\":\"");
    AppendHref(entry, &json);
    json.append(entry.is_directory ? "\",\"type\":\"directory\"" : "\",\"type\":\"file\",\"size\":");
    if (!entry.is_directory) json.append(std::to_string(entry.size));
    json.append(",\"modified\":\"");
    AppendTime("%Y-%m-%dT%H:%M:%SZ", entry.modified_seconds, &json);
    json.append("\"}");
  }
  return json.append("]}\n");
}

}  // namespace fastserve::files
