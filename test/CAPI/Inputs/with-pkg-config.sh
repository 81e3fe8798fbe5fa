# PREFIX OUTPUT COMPILER...: compiles with what pkg-config says of einsumc.
# Where there is no pkg-config, its file is read as pkg-config would.
set -eu
prefix=$1 output=$2
shift 2
dir=$prefix/lib/pkgconfig
if command -v pkg-config >/dev/null; then
  flags=$(PKG_CONFIG_PATH=$dir pkg-config --cflags --libs einsumc)
else
  flags=$(sed -n -e 's/^Cflags: //p' -e 's/^Libs: //p' "$dir/einsumc.pc" |
    sed "s,\${[a-z]*dir},$dir/../../lib,; s,-I[^ ]*,-I$dir/../../include,")
fi
# shellcheck disable=SC2086
"$@" $flags -Wl,-rpath,"$prefix/lib" -o "$output"
