// Status lines and status bodies, laid out by the compiler: a view into the table is all that a response costs.
#include <array>

#include "native/base/check.h"
#include "native/http/response/response_head.h"

namespace fastserve::http {

namespace {

struct Registered {
  uint16_t status;
  std::string_view reason;
};

// The IANA HTTP status code registry; RFC 9110 15 and the RFCs named beside.
constexpr Registered kRegistered[] = {
    {100, "Continue"}, {101, "Switching Protocols"}, {102, "Processing"}, {103, "Early Hints"},
    {200, "OK"}, {201, "Created"}, {202, "Accepted"}, {203, "Non-Authoritative Information"}, {204, "No Content"},
    {205, "Reset Content"}, {206, "Partial Content"}, {207, "Multi-Status"}, {208, "Already Reported"},
    {226, "IM Used"},
    {300, "Multiple Choices"}, {301, "Moved Permanently"}, {302, "Found"}, {303, "See Other"}, {304, "Not Modified"},
    {305, "Use Proxy"}, {307, "Temporary Redirect"}, {308, "Permanent Redirect"},
    {400, "Bad Request"}, {401, "Unauthorized"}, {402, "Payment Required"}, {403, "Forbidden"}, {404, "Not Found"},
    {405, "Method Not Allowed"}, {406, "Not Acceptable"}, {407, "Proxy Authentication Required"},
    {408, "Request Timeout"}, {409, "Conflict"}, {410, "Gone"}, {411, "Length Required"},
    {412, "Precondition Failed"}, {413, "Content Too Large"}, {414, "URI Too Long"},
    {415, "Unsupported Media Type"}, {416, "Range Not Satisfiable"}, {417, "Expectation Failed"},
    {421, "Misdirected Request"}, {422, "Unprocessable Content"}, {423, "Locked"}, {424, "Failed Dependency"},
    {425, "Too Early"}, {426, "Upgrade Required"}, {428, "Precondition Required"}, {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"}, {451, "Unavailable For Legal Reasons"},
    {500, "Internal Server Error"}, {501, "Not Implemented"}, {502, "Bad Gateway"}, {503, "Service Unavailable"},
    {504, "Gateway Timeout"}, {505, "HTTP Version Not Supported"}, {506, "Variant Also Negotiates"},
    {507, "Insufficient Storage"}, {508, "Loop Detected"}, {511, "Network Authentication Required"},
};

constexpr uint16_t kFirstStatus = 100;
constexpr uint16_t kLastStatus = 999;
constexpr size_t kStatusCount = kLastStatus - kFirstStatus + 1;
constexpr size_t kLongestReason = 31;

// "HTTP/1.1 404 Not Found\r\n" and "404 Not Found\n".
struct Row {
  std::array<char, kLongestReason + 15> line{};
  std::array<char, kLongestReason + 5> body{};
  uint8_t line_length = 0;
  uint8_t body_length = 0;
  uint8_t reason_length = 0;
};

template <size_t N>
constexpr void Append(std::array<char, N>& text, uint8_t& length, std::string_view more) {
  for (const char c : more) text[length++] = c;
}

constexpr Row MakeRow(uint16_t status, std::string_view reason) {
  const char code[3] = {static_cast<char>('0' + status / 100), static_cast<char>('0' + status / 10 % 10),
                        static_cast<char>('0' + status % 10)};
  const std::string_view digits(code, 3);
  Row row;
  Append(row.line, row.line_length, "HTTP/1.1 ");
  Append(row.line, row.line_length, digits);
  Append(row.line, row.line_length, " ");  // RFC 9112 4: the space stays when the reason is empty
  Append(row.line, row.line_length, reason);
  Append(row.line, row.line_length, "\r\n");
  Append(row.body, row.body_length, digits);
  if (!reason.empty()) Append(row.body, row.body_length, " ");
  Append(row.body, row.body_length, reason);
  Append(row.body, row.body_length, "\n");
  row.reason_length = static_cast<uint8_t>(reason.size());
  return row;
}

constexpr std::array<Row, kStatusCount> MakeStatusRows() {
  std::array<Row, kStatusCount> rows{};
  for (size_t i = 0; i < kStatusCount; ++i) rows[i] = MakeRow(static_cast<uint16_t>(kFirstStatus + i), "");
  for (const Registered& entry : kRegistered) rows[entry.status - kFirstStatus] = MakeRow(entry.status, entry.reason);
  return rows;
}

constexpr std::array<Row, kStatusCount> kRows = MakeStatusRows();

const Row& RowOf(uint16_t status) {
  FASTSERVE_CHECK(status >= kFirstStatus && status <= kLastStatus, "a status has three digits");
  return kRows[status - kFirstStatus];
}

}  // namespace

std::string_view StatusLine(uint16_t status) {
  const Row& row = RowOf(status);
  return {row.line.data(), row.line_length};
}

std::string_view ReasonPhrase(uint16_t status) {
  const Row& row = RowOf(status);
  return {row.line.data() + row.line_length - 2 - row.reason_length, row.reason_length};
}

std::string_view StatusBody(uint16_t status) {
  const Row& row = RowOf(status);
  return {row.body.data(), row.body_length};
}

}  // namespace fastserve::http
