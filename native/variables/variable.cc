#include "native/variables/variable.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace fastserve::variables {

namespace {

struct Row {
  std::string_view name;
  Variable variable;
};

constexpr std::array kNames = {
    Row{"args", Variable::kArgs},
    Row{"binary_remote_addr", Variable::kBinaryRemoteAddr},
    Row{"content_length", Variable::kContentLength},
    Row{"content_type", Variable::kContentType},
    Row{"document_uri", Variable::kDocumentUri},
    Row{"host", Variable::kHost},
    Row{"https", Variable::kHttps},
    Row{"is_args", Variable::kIsArgs},
    Row{"query_string", Variable::kQueryString},
    Row{"remote_addr", Variable::kRemoteAddr},
    Row{"remote_net", Variable::kRemoteNet},
    Row{"remote_port", Variable::kRemotePort},
    Row{"remote_user", Variable::kRemoteUser},
    Row{"request", Variable::kRequest},
    Row{"request_id", Variable::kRequestId},
    Row{"request_method", Variable::kRequestMethod},
    Row{"request_uri", Variable::kRequestUri},
    Row{"scheme", Variable::kScheme},
    Row{"server_port", Variable::kServerPort},
    Row{"server_protocol", Variable::kServerProtocol},
    Row{"ssl_cipher", Variable::kSslCipher},
    Row{"ssl_protocol", Variable::kSslProtocol},
    Row{"ssl_server_name", Variable::kSslServerName},
    Row{"uri", Variable::kUri},
};
constexpr std::array kFamilies = {
    Row{"arg_", Variable::kArgument},
    Row{"cookie_", Variable::kCookie},
    Row{"http_", Variable::kField},
};

constexpr size_t kMaxComparedBytes = 40;

// Levenshtein distance: insertions, deletions and replacements. Both at most kMaxComparedBytes.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::array<size_t, kMaxComparedBytes + 1> row;
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::optional<NamedVariable> FindVariable(std::string_view name) {
  for (const Row& row : kNames) {
    if (row.name == name) return NamedVariable{row.variable, {}};
  }
  for (const Row& row : kFamilies) {
    if (name.size() > row.name.size() && name.starts_with(row.name)) {
      return NamedVariable{row.variable, name.substr(row.name.size())};
    }
  }
  return std::nullopt;
}

std::string_view NearestVariable(std::string_view name) {
  if (name.size() > kMaxComparedBytes) return {};
  size_t best_distance = std::max<size_t>(2, name.size() / 3) + 1;
  std::string_view best;
  const auto consider = [&](const Row& row) {
    const size_t distance = EditDistance(name, row.name);
    if (distance >= best_distance || distance >= row.name.size()) return;
    best_distance = distance;
    best = row.name;
  };
  std::ranges::for_each(kNames, consider);
  std::ranges::for_each(kFamilies, consider);
  return best;
}

}  // namespace fastserve::variables
