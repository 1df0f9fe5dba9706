# shellcheck shell=bash disable=SC2034,SC2154
# AWS's own S3 client in C. Debian has none of it; the Python binding's source package carries the sources of all its
# parts. They are built against Debian's libcrypto, so the copy of aws-lc in the package stays unused.
version=0.38.1

build() {
  need cmake cmake
  need ninja ninja-build
  fetch_sdist awscrt "$version" 0dcebfaa70cf079133cd2352119e3d05e9b8ca1d1621736cfb54c03f3d5fef0f "awscrt-$version.tar.gz"
  cmake -S "$here/aws-c-s3" -B tree -G Ninja -DCRT="$PWD/awscrt-$version/crt" \
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_LIBDIR=lib >configure.log 2>&1 ||
    { tail -30 configure.log >&2; die "aws-c-s3 could not be configured"; }
  cmake --build tree >build.log 2>&1 || { tail -30 build.log >&2; die "aws-c-s3 could not be built"; }
  cmake --install tree >/dev/null
  find "$prefix/lib" -mindepth 1 -maxdepth 1 -type d -exec rm -rf {} +
  cp "awscrt-$version/LICENSE" "awscrt-$version/NOTICE" "$prefix/"
}
