# shellcheck shell=bash disable=SC2034,SC2154,SC2164
# DuckDB as static archives, built by its authors for their Go binding and published as a Go module (docs/adr/0001).
version=1.5.6

build() {
  local module=github.com/duckdb/duckdb-go-bindings/lib/linux-amd64@v0.10506.0
  local expected=h1:yy2TUU+YWxiBiOQryYseUl0AcUzoFFYRmmrCGijUxiU=
  local answer found
  need go golang-go
  # The pinned checksum below is what counts, so no checksum database is asked.
  answer=$(GOMODCACHE=$PWD/modules GOFLAGS=-modcacherw GONOSUMDB='*' GOTOOLCHAIN=local go mod download -json "$module") ||
    die "go mod download $module failed: is the network up?
$answer"
  found=$(sed -n 's/.*"Sum": "\(.*\)".*/\1/p' <<<"$answer")
  [[ $found == "$expected" ]] || die "checksum mismatch in $module
  expected $expected
  found    $found
  Nothing was built from it."
  cd "modules/$module"
  mkdir -p "$prefix/include" "$prefix/lib"
  mv duckdb.h "$prefix/include/"
  mv ./*.a "$prefix/lib/"
  mv LICENSE "$prefix/"
}
