{
  "variables": {
    "sanitize%": "none",
    "werror%": "false"
  },
  "targets": [
    {
      "target_name": "fastserve",
      "sources": ["<!@(node scripts/native-sources.mjs)"],
      "include_dirs": [".", "<!(node -p \"require('node-addon-api').include_dir\")"],
      "defines": ["NAPI_VERSION=9", "NAPI_CPP_EXCEPTIONS", "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS", "NODE_ADDON_API_DISABLE_DEPRECATED"],
      "cflags!": ["-fno-exceptions"],
      "cflags_cc!": ["-fno-exceptions", "-fno-rtti", "-std=gnu++17"],
      "cflags_cc": ["-std=c++20", "-O3", "-Wall", "-Wextra", "-Wno-restrict", "-fvisibility=hidden", "-fvisibility-inlines-hidden", "-fomit-frame-pointer", "--param=inline-unit-growth=400", "--param=large-unit-insns=400000"],
      "ldflags": ["-Wl,-z,now", "-Wl,-z,relro", "-Wl,-Bsymbolic", "-Wl,--exclude-libs,ALL", "-static-libstdc++", "-static-libgcc"],
      "conditions": [
        ["werror=='true'", { "cflags_cc": ["-Werror"] }],
        ["sanitize=='address'", {
          "cflags_cc!": ["-fomit-frame-pointer", "--param=inline-unit-growth=400", "--param=large-unit-insns=400000"],
          "cflags_cc": ["-fsanitize=address,undefined", "-fno-omit-frame-pointer"],
          "ldflags": ["-fsanitize=address,undefined"],
          "ldflags!": ["-Wl,-Bsymbolic", "-Wl,--exclude-libs,ALL", "-static-libstdc++", "-static-libgcc"]
        }]
      ]
    }
  ]
}
