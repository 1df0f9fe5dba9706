# shellcheck shell=bash disable=SC2034,SC2154
# libcurl, which speaks SMTP and HTTP to those whom alerts go to. Debian's archive of it needs Kerberos, which has no static
# library; so it is built from Debian's sources, with its security patches, and with the few protocols that we use.
version=7.88.1

build() {
  need cmake cmake
  need ninja ninja-build
  fetch_debian_source curl "$version" cdb38b72e36bc5d33d5b8810f8018ece1baa29a8f215b4495e495ded82bbf3c7
  local -a off=(
    DICT FTP GOPHER IMAP LDAP LDAPS MQTT POP3 RTSP SMB TELNET TFTP FILE NTLM COOKIES NETRC ALTSVC HSTS DOH AWS)
  local -a options=()
  local protocol
  for protocol in "${off[@]}"; do options+=("-DCURL_DISABLE_$protocol=ON"); done
  # No path of certificates is compiled in: OpenSSL knows where the machine has them.
  cmake -S "curl-$version" -B tree -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=OFF -DBUILD_CURL_EXE=OFF \
    -DBUILD_TESTING=OFF -DENABLE_MANUAL=OFF -DCURL_USE_OPENSSL=ON -DCURL_CA_BUNDLE=none -DCURL_CA_PATH=none \
    -DCURL_CA_FALLBACK=ON -DCURL_USE_LIBPSL=OFF -DCURL_USE_LIBSSH2=OFF -DCURL_USE_GSSAPI=OFF -DUSE_NGHTTP2=OFF \
    -DUSE_LIBIDN2=OFF -DCURL_BROTLI=OFF -DCURL_ZSTD=OFF -DCURL_ZLIB=OFF -DENABLE_UNIX_SOCKETS=OFF \
    "${options[@]}" >configure.log 2>&1 || { tail -30 configure.log >&2; die "curl could not be configured"; }
  cmake --build tree --target libcurl >build.log 2>&1 || { tail -30 build.log >&2; die "curl could not be built"; }
  mkdir -p "$prefix/include/curl" "$prefix/lib"
  cp "curl-$version"/include/curl/*.h "$prefix/include/curl/"
  cp tree/lib/libcurl.a "$prefix/lib/"
  cp "curl-$version/COPYING" "$prefix/"
}
