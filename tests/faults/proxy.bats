#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Downloads through a real proxy (tinyproxy), with a password.

bats_require_minimum_version 1.5.0
load ../lib/nginx

setup() {
	T=$BATS_TEST_TMPDIR
	export HOME=$T/home ROOT=$T/root XDG_CONFIG_HOME=$T/home/.config XDG_STATE_HOME=$T/home/.state
	unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY no_proxy NO_PROXY
	unset SSL_CERT_FILE SSL_CERT_DIR
	command -v tinyproxy >/dev/null || skip "tinyproxy is absent"
	PATH=$PATH:/usr/sbin command -v nginx >/dev/null || skip "nginx is absent"
	mkdir -p "$HOME" "$T/nginx/www"
	head -c 300000 /dev/urandom >"$T/nginx/www/x.tgz"
	SUM=$(sha256sum "$T/nginx/www/x.tgz" | cut -c1-64)
	nginx_start "$T/nginx"
	PROXY=$(python3 -c 'import socket; s = socket.socket()
s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	printf '%s\n' "Port $PROXY" 'Listen 127.0.0.1' 'Timeout 20' "LogFile \"$T/proxy.log\"" \
		'LogLevel Connect' 'MaxClients 20' 'BasicAuth someone s3cret' >"$T/proxy.conf"
	tinyproxy -d -c "$T/proxy.conf" >"$T/proxy.out" 2>&1 3>&- &
	echo $! >"$T/proxy.pid"
	for _ in $(seq 100); do
		(: <"/dev/tcp/127.0.0.1/$PROXY") 2>/dev/null && break
		sleep 0.05
	done
}

teardown() {
	[ ! -s "$T/proxy.pid" ] || kill "$(cat "$T/proxy.pid")"
	nginx_stop "$T/nginx"
}

fetch() {
	run "-$1" "$PYVERN_TEST_BUILD/tests/faults/fetch_file" --root "$ROOT" --pause 10 --ca "$NGINX_CA" \
		"https://localhost:$NGINX_PORT/x.tgz" "$SUM" 300000
	echo "$output"
}

@test "through a proxy that wants a password, which nobody else sees" {
	https_proxy=http://someone:s3cret@127.0.0.1:$PROXY fetch 0
	[[ $output == *"ok $ROOT/cache/$SUM-x.tgz"* && $output != *s3cret* ]]
	grep -q "CONNECT localhost:$NGINX_PORT" "$T/proxy.log"
	# The proxy's words are for the proxy: the server got none of them.
	run -1 grep -ri s3cret "$T/nginx/access.log" "$ROOT"
}

@test "without the password: said, and by whom" {
	https_proxy=http://127.0.0.1:$PROXY fetch 4
	[[ $output == *407* || $output == *proxy* ]]
	https_proxy=http://someone:wr0ng@127.0.0.1:$PROXY fetch 4
	[[ $output != *wr0ng* ]]
}

@test "a proxy that is not there, and a host that needs none" {
	https_proxy=http://someone:s3cret@127.0.0.1:9 fetch 4
	[[ $output != *s3cret* && $output == *proxy* ]]
	no_proxy=localhost https_proxy=http://127.0.0.1:9 fetch 0
}
