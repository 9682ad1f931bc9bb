#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Standalone builds: a real Python in archives as they are published, from a real
# server with TLS, installed into another place, and used.
#
# The archives are made of the 3.13.5 that was built from source
# (PYVERN_REAL_ROOT); tests/lib/pack-standalone.sh tells how they are like published
# ones. What stands for other versions here is that Python under other names.

bats_require_minimum_version 1.5.0

load ../lib/real

# catalogue TYPE VERSION...: lines for the archives of that type.
catalogue() {
	packed_catalogue "$ARCHIVES" "https://localhost:$NGINX_PORT" "$@"
}

setup_file() {
	export MISSING
	MISSING=$(packing_lacks nginx openssl | head -n 1)
	[ -z "$MISSING" ] || return 0
	export SERVER=$BATS_FILE_TMPDIR/nginx
	export ARCHIVES=$SERVER/www
	mkdir -p "$ARCHIVES"
	pack_python "$ARCHIVES" 3.13.5
}

setup() {
	[ -z "$MISSING" ] || skip "$MISSING"
	T=$BATS_TEST_TMPDIR
	# shellcheck source=tests/lib/nginx.bash disable=SC1091
	source "$PYVERN_TEST_SOURCE/tests/lib/nginx.bash"
	nginx_start "$SERVER"
	unset PYENV_ROOT PYENV_VERSION PYVERN_VERSION PYENV_DIR PYVERN_DIR PYENV_BUILD_ROOT
	unset PYTHON_BUILD_MIRROR_URL PYTHON_BUILD_CACHE_PATH PYTHON_CONFIGURE_OPTS PYTHON_CFLAGS
	unset PYTHONPATH PYTHONHOME PIP_FIND_LINKS PIP_INDEX_URL PYVERN_CPU_LEVEL
	unset http_proxy https_proxy all_proxy HTTPS_PROXY ALL_PROXY
	export HOME=$T/home NO_COLOR=1 PIP_NO_INDEX=1 PIP_CONFIG_FILE=/dev/null
	export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore LC_ALL=C.UTF-8
	export PATH=$PYVERN_TEST_STAGE/bin:/usr/local/bin:/usr/bin:/bin
	mkdir -p "$HOME/project"
	cd "$HOME/project" || return
}

teardown() {
	[ -n "$MISSING" ] || nginx_stop "$SERVER"
}

# root PATH TYPE VERSION...: an empty root that knows those archives.
root() {
	export PYVERN_ROOT=$1
	local type=$2
	shift 2
	mkdir -p "$PYVERN_ROOT/catalog"
	catalogue "$type" "$@" >"$PYVERN_ROOT/catalog/cpython-linux-$(uname -m).tsv"
	echo "ca_file = $NGINX_CA" >"$PYVERN_ROOT/config"
}

# The installed version works in every way that a newcomer tries.
works() {
	local prefix=$PYVERN_ROOT/versions/3.13.5
	"$prefix/bin/python3.13" -I - "$prefix" <<-'PYTHON'
		import sys, sysconfig, ssl, sqlite3, ctypes, lzma, zlib
		prefix = sys.argv[1]
		assert sys.prefix == prefix, sys.prefix
		values = sysconfig.get_config_vars()
		for name in "prefix", "exec_prefix", "LIBDIR", "INCLUDEPY", "LIBPL", "BINDIR":
		    assert values[name].startswith(prefix), (name, values[name])
		for name, value in values.items():
		    assert "/install/" not in str(value).replace("./install/", ""), (name, value)
		    assert "/tools/" not in str(value), (name, value)
		    assert "clang" not in str(value) or "CONFIG_ARGS" in name, (name, value)
	PYTHON
	"$prefix/bin/pip" --version | grep -qF "$prefix/lib/python3.13/site-packages/pip"
	run -1 grep -rI --exclude-dir=.pyvern '[^.]/install/lib' "$prefix/lib" "$prefix/bin"
	pyvern global 3.13.5
	pyvern rehash
	[ "$("$PYVERN_ROOT/shims/python" -c 'import sys; print(sys.prefix)')" = "$prefix" ]
	pyvern venv "$T/env"
	"$T/env/bin/pip" --version | grep -qF "$T/env"
	"$T/env/bin/python" -c 'import sys; assert sys.prefix != sys.base_prefix'
}

@test "each compression, into a place that the archive knows nothing of" {
	local type
	for type in gz xz zst; do
		root "$T/$type" "$type" 3.13.5
		run -0 pyvern install 3.13.5
		echo "$output"
		[[ "$output" == *"3.13.5"*"standalone build for $(uname -m) gnu"* ]]
		[[ "$output" == *"checked  sha256"* ]]
		works
		rm -rf "${T:?}/env"
	done
}

@test "a root with blanks in its path" {
	root "$T/a root with blanks" zst 3.13.5
	run -0 pyvern install 3.13.5
	echo "$output"
	works
}

@test "the manifest is that of the files, and nothing is written by using it" {
	root "$T/root" zst 3.13.5
	pyvern install 3.13.5
	works
	cd "$PYVERN_ROOT/versions/3.13.5"
	bsdtar -cf - --format=mtree --options='!all,type,sha256,size' . >/dev/null
	manifest_holds .
}

@test "offline from the cache, into another root that shares it" {
	root "$T/one" gz 3.13.5
	pyvern install 3.13.5
	nginx_stop "$SERVER"
	root "$T/two" gz 3.13.5
	mkdir -p "$PYVERN_ROOT/cache"
	ln "$T/one/cache"/* "$PYVERN_ROOT/cache/"
	run -0 pyvern install --offline 3.13.5
	echo "$output"
	works
}

@test "a server that goes away in the middle, and comes back" {
	echo "location / { limit_rate 6m; }" >"$SERVER/server.conf"
	nginx_stop "$SERVER" && nginx_start "$SERVER"
	root "$T/root" gz 3.13.5
	# --prebuilt: else it would be built from its source, as soon as the server is gone.
	pyvern install --prebuilt 3.13.5 >"$T/out" 2>&1 3>&- &
	local job=$!
	for _ in $(seq 200); do
		[ "$(cat "$PYVERN_ROOT"/cache/*.part 2>/dev/null | wc -c)" -gt 4000000 ] && break
		sleep 0.05
	done
	nginx_stop "$SERVER"
	status=0
	wait "$job" || status=$?
	cat "$T/out"
	[ "$status" -eq 4 ]
	grep -q 'kept' "$T/out"
	only=$(find "$PYVERN_ROOT/versions" -mindepth 1 2>/dev/null)
	[ -z "$only" ]
	rm "$SERVER/server.conf"
	nginx_start "$SERVER"
	run -0 pyvern install 3.13.5
	echo "$output"
	grep -q ' 206 ' "$SERVER/access.log"
	works
}
