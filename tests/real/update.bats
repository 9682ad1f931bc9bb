#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern update, from a real server with TLS: what has not changed is not sent again.

load ../lib/nginx

setup_file() {
	command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || skip "nginx is absent"
	export W=$BATS_FILE_TMPDIR/server
	mkdir -p "$W"
	nginx_start "$W"
}

teardown_file() {
	[ -z "${W-}" ] || nginx_stop "$W"
}

setup() {
	T=$BATS_TEST_TMPDIR
	export HOME=$T/home PYVERN_ROOT=$T/root NO_COLOR=1 PYVERN_CA_FILE=$NGINX_CA
	export XDG_CONFIG_HOME=$HOME/.config XDG_STATE_HOME=$HOME/.state
	unset PYENV_ROOT PYENV_VERSION PYVERN_VERSION PYENV_DIR PYVERN_DIR SSL_CERT_FILE SSL_CERT_DIR
	export http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 no_proxy=127.0.0.1,localhost
	mkdir -p "$HOME" "$PYVERN_ROOT"
	export PATH=$PYVERN_TEST_STAGE/bin:/usr/bin:/bin
	export PYVERN_CATALOG_LISTS=https://localhost:$NGINX_PORT/versions.json
	cd "$HOME" || return
}

# versions NUMBER...: PyPy's list has these releases.
versions() {
	local n comma=
	{
		echo '['
		for n; do
			printf '%s{"pypy_version": "9.9.%s", "python_version": "9.9.1", "stable": true, "files": [{"filename": "x", "download_url": "https://downloads.python.org/pypy/pypy9.9-v9.9.%s-linux64.tar.gz"}]}\n' \
				"$comma" "$n" "$n"
			comma=,
		done
		echo ']'
	} >"$W/www/versions.json"
}

run_pyvern() {
	run "-$1" pyvern "${@:2}"
	echo "$output"
}

has() {
	[[ $output == *"$1"* ]]
}

# The status of the last answer.
answered() {
	[ "$(awk 'END { print $9 }' "$W/access.log")" = "$1" ]
}

@test "a list is asked for by its etag, and sent only when it has changed" {
	[ "$(uname -m)" = x86_64 ] || skip "the list is of builds for x86_64"
	versions 1
	run_pyvern 0 update
	has '1 new file: pypy9.9-9.9.1'
	answered 200
	run_pyvern 0 update
	has 'has not changed'
	answered 304
	versions 1 2 3
	run_pyvern 0 update
	has '2 new files: pypy9.9-9.9.2, pypy9.9-9.9.3'
	answered 200
	run_pyvern 0 install --list pypy9
	has 'pypy9.9-9.9.3'
	# Where nobody has published a digest, only the user's can vouch for it.
	run_pyvern 5 install --offline pypy9.9-9.9.3
	has 'no SHA-256 is known'
}

@test "what was refused, or only looked at, is asked for again" {
	versions 4
	run_pyvern 0 update --dry-run
	has '1 new file:'
	answered 200
	echo 'no list' >"$W/www/versions.json"
	run_pyvern 5 update
	answered 200
	run_pyvern 5 update
	answered 200
}

@test "a certificate of nobody's, and an address that is not there" {
	versions 5
	PYVERN_CA_FILE='' run_pyvern 4 update
	[ ! -e "$PYVERN_ROOT/catalog" ]
	PYVERN_CATALOG_LISTS=https://localhost:$NGINX_PORT/none run_pyvern 4 update
	has 'answers 404'
}
