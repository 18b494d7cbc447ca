#include "native/addon/convert/checks.h"

#include "native/addon/convert/values.h"

namespace fastserve::addon {

checks::CheckSettings CheckSettingsFrom(const Napi::Object& from) {
  checks::CheckSettings settings;
  settings.connects_only = Flag(from, "tcp");
  settings.method = Text(from, "method");
  settings.target = Text(from, "target");
  settings.path = Text(from, "path");
  settings.host = Text(from, "host");
  settings.interval_ms = Whole<int64_t>(from, "interval", kMostMs);
  settings.jitter = Number(from, "jitter");
  settings.timeout_ms = Whole<int64_t>(from, "timeout", kMostMs);
  settings.rise = Whole<uint32_t>(from, "rise", 1e6);
  settings.fall = Whole<uint32_t>(from, "fall", 1e6);
  settings.body = Text(from, "body");
  settings.port = Whole<uint16_t>(from, "port", 65535);
  settings.statuses.clear();
  ForEach(Child(from, "statuses"), [&](const Napi::Value& value) {
    const Napi::Object range = value.As<Napi::Object>();
    settings.statuses.emplace_back(Whole<uint16_t>(range, "from", 599), Whole<uint16_t>(range, "to", 599));
  });
  return settings;
}

}  // namespace fastserve::addon
