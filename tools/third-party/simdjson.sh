# shellcheck shell=bash disable=SC2034,SC2154,SC2164
# simdjson as one header and one source file. Debian's is older and a shared library only; the Python binding's source
# package carries the single-file release.
version=3.12.3

build() {
  need g++ g++
  fetch_sdist pysimdjson 7.0.2 44cf276e48912a3b9c7ca362c14da8420a7ac15a9f1a16ec95becff86db3904a pysimdjson-7.0.2.tar.gz
  cd pysimdjson-7.0.2
  grep -q "define SIMDJSON_VERSION \"$version\"" simdjson/simdjson.h || die "the source package does not hold simdjson $version"
  mkdir -p "$prefix/include" "$prefix/lib"
  # It picks its kernels for the processor at run time, so the compiler's baseline is right.
  g++ -std=c++20 -O2 -DNDEBUG -c simdjson/simdjson.cpp -o simdjson.o
  ar rcs "$prefix/lib/libsimdjson.a" simdjson.o
  cp simdjson/simdjson.h "$prefix/include/"
  cp LICENSE "$prefix/LICENSE.pysimdjson"
}
