#include "native/files/names/location.h"

namespace fastserve::files {
namespace {

// RFC 3986 2.3.
bool IsUnreserved(unsigned char c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
  return std::string_view("-._~").find(static_cast<char>(c)) != std::string_view::npos;
}

// RFC 3986 3.3: pchar without the percent sign, and the slash between segments.
bool IsPathByte(unsigned char c) {
  return IsUnreserved(c) || std::string_view("!$&'()*+,;=:@/").find(static_cast<char>(c)) != std::string_view::npos;
}

void AppendEscaped(unsigned char c, std::string* out) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  out->push_back('%');
  out->push_back(kDigits[c >> 4]);
  out->push_back(kDigits[c & 15]);
}

void AppendPath(std::string_view path, std::string* out) {
  for (size_t i = 0; i < path.size(); ++i) {
    const auto c = static_cast<unsigned char>(path[i]);
    const bool names_a_host = i == 1 && c == '/';
    if (IsPathByte(c) && !names_a_host) {
      out->push_back(path[i]);
    } else {
      AppendEscaped(c, out);
    }
  }
}

// The query is already encoded by the client: only what may not stand in a field value is escaped.
void AppendQuery(std::string_view query, std::string* out) {
  for (const char byte : query) {
    const auto c = static_cast<unsigned char>(byte);
    if (c > ' ' && c < 0x7F) {
      out->push_back(byte);
    } else {
      AppendEscaped(c, out);
    }
  }
}

}  // namespace

void AppendDirectoryLocation(std::string_view path, bool has_query, std::string_view query, std::string* location) {
  AppendPath(path, location);
  location->push_back('/');
  if (!has_query) return;
  location->push_back('?');
  AppendQuery(query, location);
}

void AppendEncodedSegment(std::string_view name, std::string* out) {
  for (const char byte : name) {
    const auto c = static_cast<unsigned char>(byte);
    if (IsUnreserved(c)) {
      out->push_back(byte);
    } else {
      AppendEscaped(c, out);
    }
  }
}

}  // namespace fastserve::files
