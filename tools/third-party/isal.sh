# shellcheck shell=bash disable=SC2034,SC2154
# ISA-L, of which we use the inflater. Debian's is older and a shared library only; the Python binding's source package
# carries the sources, with their licence.
version=2.32.1

build() {
  need cmake cmake
  need ninja ninja-build
  need nasm nasm
  fetch_sdist isal 1.9.1 d210dca02a689ef2af709d2c62d2daac2e36b5d2fa06e6dc0d023c83fee77e91 isal-1.9.1.tar.gz
  local source=isal-1.9.1/src/isal/isa-l
  grep -q "VERSION $version" "$source/CMakeLists.txt" || die "the source package does not hold ISA-L $version"
  # It picks its kernels for the processor at run time, so the compiler's baseline is right.
  cmake -S "$source" -B tree -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=OFF \
    -DISAL_BUILD_TESTS=OFF -DISAL_BUILD_PERF_TESTS=OFF >configure.log 2>&1 ||
    { tail -30 configure.log >&2; die "ISA-L could not be configured"; }
  cmake --build tree --target isal >build.log 2>&1 || { tail -30 build.log >&2; die "ISA-L could not be built"; }
  mkdir -p "$prefix/include/isa-l" "$prefix/lib"
  cp "$source/include/igzip_lib.h" "$prefix/include/isa-l/"
  cp tree/libisal.a "$prefix/lib/"
  cp "$source/LICENSE" "$prefix/"
}
