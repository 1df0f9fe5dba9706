# shellcheck shell=bash disable=SC2034,SC2154
# A third S3 server, strict on signatures and checksums, for ./dev soak. Its go.sum pins what it needs in turn.
version=1.8.0
on_request=1

build() {
  local module=github.com/versity/versitygw expected=h1:au+wI+aybno/STsQiSm35Uu6Q6iK5MWReQxgO6SEMFc=
  local go answer found
  go=$("$here/../python-env" go)/bin/go  # newer than Debian's
  export GOMODCACHE=$PWD/modules GOCACHE=$PWD/cache GOBIN=$prefix/bin GOFLAGS=-modcacherw GOTOOLCHAIN=local CGO_ENABLED=0
  # The checksum above is what counts for the module itself, so no checksum database is asked for it.
  export GONOSUMDB=$module
  answer=$("$go" mod download -json "$module@v$version") || die "go mod download failed: is the network up?
$answer"
  found=$(sed -n 's/.*"Sum": "\(.*\)".*/\1/p' <<<"$answer")
  [[ $found == "$expected" ]] || die "checksum mismatch in $module@v$version
  expected $expected
  found    $found
  Nothing was built from it."
  "$go" install "$module/cmd/versitygw@v$version" >&2
}
