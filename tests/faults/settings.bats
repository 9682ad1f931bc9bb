#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Every setting, variable and option of an installation does what is said of it:
# tried through the real program, a small source package and a server on loopback.

setup_file() {
	command -v python3 >/dev/null || skip "python3 is absent"
	export T="$BATS_FILE_TMPDIR"
	sh "$PYVERN_TEST_SOURCE/tests/lib/fake-cpython.sh" 9.9.1 "$T" >"$T/line"
	PACKAGE="$T/Python-9.9.1.tar.gz"
	SUM=$(sha256sum "$PACKAGE" | cut -c1-64)
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
		-subj /CN=localhost -addext subjectAltName=DNS:localhost \
		-keyout "$T/key.pem" -out "$T/ca.pem" 2>/dev/null
	cat "$T/key.pem" "$T/ca.pem" >"$T/both.pem"
	start_server plain
	start_server tls "$T/both.pem"
	PLAIN="127.0.0.1:$(cat "$T/plain")"
	TLS="localhost:$(cat "$T/tls")"
	export PACKAGE SUM PLAIN TLS
}

# start_server NAME [CERTIFICATE]: its port in $T/NAME, its log in $T/NAME.log.
start_server() {
	: >"$T/$1.log"
	# Descriptor 3 is bats' own: a server that kept it would keep bats waiting.
	python3 "$PYVERN_TEST_SOURCE/tests/faults/server.py" "$PACKAGE" "$T/$1" "$T/$1.log" \
		"${@:2}" 3>&- &
	echo $! >>"$T/pids"
	for _ in $(seq 100); do
		[ -s "$T/$1" ] && return
		sleep 0.05
	done
}

teardown_file() {
	while read -r pid; do kill "$pid"; done <"$T/pids"
}

setup() {
	export PATH=$PYVERN_TEST_STAGE/bin:$PATH
	export HOME=$BATS_TEST_TMPDIR/home PYVERN_ROOT=$BATS_TEST_TMPDIR/root
	export XDG_CONFIG_HOME=$HOME/.config XDG_STATE_HOME=$HOME/.state
	# shellcheck disable=SC2046
	unset $(env | sed -n 's/^\(\(PYENV\|PYVERN\|PYTHON\)_[A-Z_]*\)=.*/\1/p' |
		grep -v -e '^PYVERN_ROOT$' -e '^PYVERN_TEST_')
	unset MAKE_OPTS MAKEOPTS CONFIGURE_OPTS SSL_CERT_FILE SSL_CERT_DIR all_proxy ALL_PROXY HTTPS_PROXY
	# No test asks this system's mirror, or anything else that is not here.
	export http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 no_proxy=127.0.0.1,localhost
	mkdir -p "$HOME" "$PYVERN_ROOT"
	catalogue https://python.invalid/ftp/9.9.1/Python-9.9.1.tar.gz
	: >"$T/plain.log"
	: >"$T/tls.log"
	cd "$HOME" || return
}

# catalogue URL: where 9.9.1 is said to be.
catalogue() {
	mkdir -p "$PYVERN_ROOT/catalog"
	{
		echo '# pyvern catalogue 1'
		sed "s|file://[^	]*|$1|" "$T/line"
	} >"$PYVERN_ROOT/catalog/fake.tsv"
}

pyvern_run() {
	run pyvern "$@"
	echo "status $status"
	echo "$output"
}

has() {
	[[ $output == *"$1"* ]]
}

has_not() {
	[[ $output != *"$1"* ]]
}

receipt() {
	cat "$PYVERN_ROOT/versions/9.9.1/.pyvern/receipt.json"
}

@test "mirror: a folder with files by digest or by name" {
	pyvern config set mirror "http://$PLAIN/missing http://$PLAIN/good/sums"
	pyvern_run install 9.9.1
	[ "$status" -eq 0 ]
	has 'from mirror 127.0.0.1'
	grep -q "^GET /missing/$SUM - 404" "$T/plain.log"
	grep -q "^GET /missing/Python-9.9.1.tar.gz - 404" "$T/plain.log"
	grep -q "^GET /good/sums/$SUM - 200" "$T/plain.log"
}

@test "mirror: FROM=TO, and the variable wins over the file" {
	pyvern config set mirror "http://$PLAIN/missing"
	PYVERN_MIRROR="https://python.invalid/ftp=http://$PLAIN/good/deep" pyvern_run install 9.9.1
	[ "$status" -eq 0 ]
	[ "$(cut -d' ' -f2 "$T/plain.log")" = /good/deep/9.9.1/Python-9.9.1.tar.gz ]
}

@test "mirror: what is no address is refused, before anything is asked" {
	for mirror in nonsense ftp://host/folder "https://a b" /folder; do
		PYVERN_MIRROR=$mirror pyvern_run install 9.9.1
		[ "$status" -eq 2 ]
		has 'in `mirror` is no http, https or file address'
	done
	PYTHON_BUILD_MIRROR_URL=nonsense pyvern_run install 9.9.1
	[ "$status" -eq 2 ]
	has 'in PYTHON_BUILD_MIRROR_URL is no'
	[ ! -s "$T/plain.log" ]
}

@test "a mirror's password is sent, and stands in no output, log or receipt" {
	PYVERN_MIRROR="http://me:s3cret@$PLAIN/missing http://me:s3cret@$PLAIN/cut-always http://me:s3cret@$PLAIN/good" \
		pyvern_run install -v --keep 9.9.1
	[ "$status" -eq 0 ]
	has_not s3cret
	grep -q '^GET /good/.* 206 Basic' "$T/plain.log"
	run grep -r s3cret "$PYVERN_ROOT"
	[ "$status" -eq 1 ]
	rm -r "$PYVERN_ROOT/versions" "$PYVERN_ROOT/cache"
	PYVERN_MIRROR="http://me:s3cret@$PLAIN/missing http://me:s3cret@$PLAIN/wrong http://me:s3cret@$PLAIN/cut-always" \
		pyvern_run install -v 9.9.1
	[ "$status" -eq 5 ]
	has 'http://***@'
	has_not s3cret
	run grep -r s3cret "$PYVERN_ROOT"
	[ "$status" -eq 1 ]
}

@test "PYTHON_BUILD_MIRROR_URL: files by digest; PYTHON_BUILD_SKIP_MIRROR: not asked" {
	export PYTHON_BUILD_MIRROR_URL=http://$PLAIN/good/sums
	PYTHON_BUILD_SKIP_MIRROR=1 pyvern_run install 9.9.1
	[ "$status" -eq 4 ]
	[ ! -s "$T/plain.log" ]
	pyvern_run install 9.9.1
	[ "$status" -eq 0 ]
	[ "$(cut -d' ' -f2 "$T/plain.log")" = "/good/sums/$SUM" ]
}

@test "ca_file: by setting, by variable; without it the certificate does not hold" {
	catalogue "https://$TLS/good/Python-9.9.1.tar.gz"
	pyvern_run install 9.9.1
	[ "$status" -eq 4 ]
	# The last failure's advice was the only one shown.
	has 'to fix   PYVERN_CA_FILE='
	pyvern config set ca_file "$T/ca.pem"
	PYVERN_CA_FILE=$T/none.pem pyvern_run install 9.9.1
	[ "$status" -eq 4 ]
	has "$T/none.pem"
	pyvern_run install 9.9.1
	[ "$status" -eq 0 ]
	has 'from localhost'
	pyvern config unset ca_file
	PYVERN_CA_FILE=$T/ca.pem pyvern_run install --force 9.9.1
	[ "$status" -eq 0 ]
	rm -r "$PYVERN_ROOT/cache"
	SSL_CERT_FILE=$T/ca.pem pyvern_run install --force 9.9.1
	[ "$status" -eq 0 ]
}

@test "--from with an address: what comes is used, and that nothing vouches for it is said" {
	export PYVERN_CA_FILE=$T/ca.pem
	catalogue https://python.invalid/x/Python-9.9.1.tar.gz
	pyvern_run install 9.9.1 --from "https://$TLS/good/Python-9.9.1.tar.gz"
	[ "$status" -eq 0 ]
	has 'from localhost'
	has "checked  nothing: no digest was given (sha256 $SUM)"
	# It has no name in the cache, where it would be taken for something that was checked.
	[ -z "$(find "$PYVERN_ROOT/cache" -type f -size +0)" ]
	pyvern_run install --force 9.9.1 --from "https://$TLS/good/Python-9.9.1.tar.gz" --sha256 "$SUM"
	[ "$status" -eq 0 ]
	has 'checked  sha256, the one given'
	# That one is known by its digest: it is in the cache, and needs no server.
	[ -n "$(find "$PYVERN_ROOT/cache" -name "$SUM-*")" ]
	pyvern_run install --offline --force 9.9.1 \
		--from "https://$TLS/good/Python-9.9.1.tar.gz" --sha256 "$SUM"
	[ "$status" -eq 0 ]
}

@test "--from with an address: another digest, a server that says no, no TLS" {
	export PYVERN_CA_FILE=$T/ca.pem
	pyvern_run install 9.9.1 --from "https://$TLS/good/Python-9.9.1.tar.gz" --sha256 "${SUM:1}0"
	[ "$status" -eq 5 ]
	pyvern_run install 9.9.1 --from "https://$TLS/404/Python-9.9.1.tar.gz"
	[ "$status" -eq 4 ]
	has 'answers 404'
	PYVERN_CA_FILE='' pyvern_run install 9.9.1 --from "https://$TLS/good/Python-9.9.1.tar.gz"
	[ "$status" -eq 4 ]
	[ -z "$(ls "$PYVERN_ROOT/versions")" ]
	# What does not leave this machine needs no TLS.
	pyvern_run install 9.9.1 --from "http://$PLAIN/good/Python-9.9.1.tar.gz"
	[ "$status" -eq 0 ]
}

@test "http_proxy is used" {
	catalogue https://python.invalid/x/Python-9.9.1.tar.gz
	http_proxy=http://$PLAIN PYVERN_MIRROR=http://mirror.invalid/good pyvern_run install 9.9.1
	[ "$status" -eq 0 ]
	grep -q "^GET http://mirror.invalid/good/$SUM - 200" "$T/plain.log"
}

@test "jobs: the option, the variable, the file, in this order; else what MAKE_OPTS says" {
	export PYVERN_MIRROR=file://$T
	pyvern config set jobs 3
	pyvern_run install 9.9.1
	receipt | grep -q '"make_options": "-j3"'
	PYVERN_JOBS=4 pyvern_run install --force 9.9.1
	receipt | grep -q '"make_options": "-j4"'
	PYVERN_JOBS=4 MAKE_OPTS=--silent pyvern_run install --force -j 5 9.9.1
	receipt | grep -q '"make_options": "--silent -j5"'
	pyvern config unset jobs
	MAKEOPTS=-j7 PYTHON_MAKE_OPTS=--silent pyvern_run install --force 9.9.1
	receipt | grep -q '"make_options": "-j7 --silent"'
	pyvern_run install --force 9.9.1
	receipt | grep -q "\"make_options\": \"-j$(nproc)\""
}

# The variables that `pyvern help install` names.
@test "each variable reaches its step" {
	export PYVERN_MIRROR=file://$T
	ln -s "$(command -v make)" our-make
	CC='cc -pipe' MAKE=$PWD/our-make CFLAGS=-O1 CPPFLAGS=-DA LDFLAGS=-L/a PYTHON_CFLAGS=-g \
		PYTHON_CPPFLAGS=-DB PYTHON_LDFLAGS=-L/b CONFIGURE_OPTS=--with-a \
		PYTHON_CONFIGURE_OPTS=--with-b MAKE_OPTS=--no-print-directory PYTHON_MAKE_OPTS=MORE=1 \
		MAKE_INSTALL_OPTS=INSTALL_A=1 PYTHON_MAKE_INSTALL_OPTS=INSTALL_B=2 \
		pyvern_run install --keep 9.9.1
	[ "$status" -eq 0 ]
	run cat "$PYVERN_ROOT"/logs/*.log
	has '--with-a --with-b LDFLAGS='
	has "== make: $PWD/our-make --no-print-directory MORE=1"
	has "== make install: $PWD/our-make install DESTDIR="
	has ' INSTALL_A=1 INSTALL_B=2'
	receipt | grep -q '"CFLAGS": "-O1 -g"'
	receipt | grep -q '"CPPFLAGS": "-DA -DB"'
	receipt | grep -q '"LDFLAGS": "-L/a -L/b"'
	has 'LDFLAGS=-L/a -L/b -Wl,-rpath,'
}

@test "PYTHON_BUILD_CACHE_PATH: absolute or relative, read and written" {
	mkdir one
	PYTHON_BUILD_CACHE_PATH=$PWD/one PYVERN_MIRROR=file://$T pyvern_run install 9.9.1
	[ -s "one/$SUM-Python-9.9.1.tar.gz" ]
	PYTHON_BUILD_CACHE_PATH=one pyvern_run install --offline --force 9.9.1
	[ "$status" -eq 0 ]
	has 'from the cache'
	# As pyenv: what is no folder is not used.
	PYTHON_BUILD_CACHE_PATH=$PWD/none pyvern_run install --offline --force 9.9.1
	[ "$status" -eq 4 ]
	chmod 0777 one
	PYTHON_BUILD_CACHE_PATH=$PWD/one pyvern_run install --force 9.9.1
	[ "$status" -eq 6 ]
	has 'can be written by everybody'
}

@test "--offline asks nobody" {
	export PYVERN_MIRROR=http://$PLAIN/good
	pyvern_run install --offline 9.9.1
	[ "$status" -eq 4 ]
	[ ! -s "$T/plain.log" ]
	pyvern install -q 9.9.1
	: >"$T/plain.log"
	pyvern_run install --offline --force 9.9.1
	[ "$status" -eq 0 ]
	[ ! -s "$T/plain.log" ]
}

@test "-q shows warnings only, -v what configure and make print" {
	export PYVERN_MIRROR=file://$T
	pyvern_run install -q 9.9.1
	[ "$status" -eq 0 ]
	run grep -v '^!' <<<"$output"
	[ "$status" -eq 1 ]
	pyvern_run install -f 9.9.1
	has_not 'checking for thing'
	pyvern_run install -v -f 9.9.1
	has 'pyvern: 9.9.1: checking for thing 10... yes'
	has 'cc -c two.c'
}

# It was said of the host, which nobody had asked.
@test "a proxy that does not answer is told as such" {
	pyvern_run install 9.9.1
	[ "$status" -eq 4 ]
	has 'python.invalid cannot be reached: the proxy does not answer: '
	has 'to fix   the variables https_proxy and http_proxy'
}
