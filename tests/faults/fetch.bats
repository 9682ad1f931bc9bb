#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Downloads on bad days: a server that misbehaves, TLS that does not hold, a full
# disk, an interrupt, two at once. Whatever happens, only a file whose SHA-256
# holds gets a name in the cache.

setup_file() {
	command -v python3 >/dev/null || skip "python3 is absent"
	unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
	unset SSL_CERT_FILE SSL_CERT_DIR PYTHON_BUILD_CACHE_PATH
	export T="$BATS_FILE_TMPDIR"
	head -c 200000 /dev/urandom >"$T/body"
	SUM=$(sha256sum "$T/body" | cut -c1-64)
	export SUM SIZE=200000
	: >"$T/log"
	# Descriptor 3 is bats' own: a server that kept it would keep bats waiting.
	python3 "$PYVERN_TEST_SOURCE/tests/faults/server.py" "$T/body" "$T/port" "$T/log" 3>&- &
	echo $! >"$T/pid"
	for _ in $(seq 100); do
		[ -s "$T/port" ] && break
		sleep 0.05
	done
	BASE="http://127.0.0.1:$(cat "$T/port")"
	export BASE
}

teardown_file() {
	[ ! -s "$T/pid" ] || kill "$(cat "$T/pid")"
}

setup() {
	export HOME="$BATS_TEST_TMPDIR/home" ROOT="$BATS_TEST_TMPDIR/root"
	export XDG_CONFIG_HOME="$HOME/.config" XDG_STATE_HOME="$HOME/.state" PYVERN_ROOT="$ROOT"
	mkdir -p "$HOME"
	: >"$T/log"
}

# fetch OPTION… URL…: the URLs are alternatives with the right digest and size.
# Output: $output (stdout), $notes (stderr).
fetch() {
	local args=() urls=()
	while [ $# -gt 0 ]; do
		case $1 in
		http*://* | file://*) urls+=("$1" "$SUM" "${WANT_SIZE:-$SIZE}") ;;
		--offline | --follow) args+=("$1") ;;
		*) args+=("$1" "$2") && shift ;;
		esac
		shift
	done
	status=0
	output=$("$PYVERN_TEST_BUILD/tests/faults/fetch_file" --root "$ROOT" --pause 10 --stall 2 \
		"${args[@]}" "${urls[@]}" 2>"$BATS_TEST_TMPDIR/notes") || status=$?
	notes=$(cat "$BATS_TEST_TMPDIR/notes")
	echo "$status $output"
	grep -v '^progress' <<<"$notes" || true
}

# What is in the cache is one whole file, and nothing of a download is left.
holds() {
	[ "$status" -eq 0 ]
	[[ "$output" == "ok $ROOT/cache/$SUM-"* ]]
	[ "$(sha256sum "$ROOT"/cache/"$SUM"-* | cut -c1-64)" = "$SUM" ]
	[ -z "$(find "$ROOT/cache" -name '*.part*')" ]
}

# Nothing that is not what it says has a name.
nothing_named() {
	[ -z "$(find "$ROOT/cache" -type f ! -path '*/.locks/*' ! -name '*.part*')" ]
}

no_part() {
	[ -z "$(find "$ROOT/cache" -name '*.part*')" ]
}

# lacks PATTERN TEXT: not "! grep", which bats would let pass.
lacks() {
	if grep -q "$1" <<<"$2"; then
		return 1
	fi
}

requests() {
	wc -l <"$T/log"
}

@test "a good server" {
	fetch "$BASE/good/Python-9.9.9.tgz"
	holds
	[ "$output" = "ok $ROOT/cache/$SUM-Python-9.9.9.tgz 127.0.0.1 200000 0" ]
	[ "$(requests)" -eq 1 ]
	grep -q '^phase: download from 127.0.0.1' <<<"$notes"
	grep -q '^progress: 200000 of 200000' <<<"$notes"
}

@test "a size that nobody knows" {
	WANT_SIZE=0 fetch "$BASE/good/x.tgz"
	holds
}

@test "the second time it comes from the cache" {
	fetch "$BASE/good/x.tgz"
	fetch "$BASE/good/x.tgz"
	holds
	[[ "$output" == *" the cache 200000 0" ]]
	[ "$(requests)" -eq 1 ]
	fetch --offline "$BASE/good/renamed.tgz"
	holds
}

@test "cut off: goes on from there" {
	fetch "$BASE/cut-once/$BATS_TEST_NUMBER"
	holds
	grep -q 'bytes=100000- 206' "$T/log"
}

@test "cut off, and the server knows no ranges: from the start" {
	fetch "$BASE/cut-once-no-range/$BATS_TEST_NUMBER"
	holds
	[ "$(requests)" -eq 2 ]
}

@test "reset in the middle" {
	fetch "$BASE/reset-once/$BATS_TEST_NUMBER"
	holds
}

@test "stalled in the middle" {
	fetch "$BASE/stall-once/$BATS_TEST_NUMBER"
	holds
	grep -q 'bytes=100000- 206' "$T/log"
}

@test "a follower sees the bytes as they arrive, and is told when they were the wrong ones" {
	fetch --follow "$BASE/cut-once/$BATS_TEST_NUMBER"
	holds
	grep -q '^followed 200000 of 200000 bytes, 0 restarts$' <<<"$notes"
	rm -r "$ROOT/cache"
	fetch --follow "$BASE/cut-once-no-range/$BATS_TEST_NUMBER"
	holds
	grep -q '^followed 200000 of 200000 bytes, 1 restarts$' <<<"$notes"
	rm -r "$ROOT/cache"
	fetch --follow "$BASE/wrong/x.tgz" "$BASE/good/x.tgz"
	holds
	grep -q '^followed 200000 of 200000 bytes, 1 restarts$' <<<"$notes"
	rm -r "$ROOT/cache"
	mkdir -p "$ROOT/cache"
	head -c 100000 "$T/body" >"$ROOT/cache/$SUM.part"
	fetch --follow "$BASE/good/x.tgz"
	holds
	grep -q '^followed 200000 of 200000 bytes, 0 restarts$' <<<"$notes"
	fetch --follow "$BASE/good/x.tgz"
	grep -q '^followed 0 of 200000 bytes, 0 restarts$' <<<"$notes"
}

@test "always cut off at the same byte: three tries in vain, and the bytes stay" {
	fetch "$BASE/cut-always/x.tgz"
	[ "$status" -eq 4 ]
	[ "$output" = "error network" ]
	grep -q '^error: 9.9.9: 127.0.0.1: connection lost at 100000 of 200000 bytes, 3 tries$' <<<"$notes"
	grep -q '^  kept: the 0.1 MB: the next install goes on from there$' <<<"$notes"
	nothing_named
	[ "$(stat -c %s "$ROOT/cache/$SUM.part")" -eq 100000 ]
	# Another host that day or the next.
	: >"$T/log"
	fetch "$BASE/good/x.tgz"
	holds
	grep -q 'bytes=100000- 206' "$T/log"
	[ "$(requests)" -eq 1 ]
}

@test "an orderly end that comes too early" {
	fetch "$BASE/short-chunked/x.tgz"
	[ "$status" -eq 4 ]
	grep -q 'connection ended at 100000 of 200000 bytes' <<<"$notes"
	nothing_named
}

@test "not found is asked once" {
	fetch "$BASE/missing/x.tgz"
	[ "$status" -eq 4 ]
	[ "$(requests)" -eq 1 ]
	grep -q '^error: 9.9.9: 127.0.0.1 answers 404 (not found)$' <<<"$notes"
	nothing_named
	no_part
}

@test "forbidden is asked once" {
	fetch "$BASE/forbidden/x.tgz"
	[ "$status" -eq 4 ]
	[ "$(requests)" -eq 1 ]
}

@test "busy servers are asked again" {
	fetch "$BASE/busy-once/$BATS_TEST_NUMBER"
	holds
	SECONDS=0
	rm -r "$ROOT"
	fetch "$BASE/limit-once/$BATS_TEST_NUMBER"
	holds
	[ "$SECONDS" -ge 1 ]
}

@test "a server that asks for an hour gets no second request" {
	fetch "$BASE/limit-long/x.tgz"
	[ "$status" -eq 4 ]
	[ "$(requests)" -eq 1 ]
	grep -q 'asks to wait 3600 s' <<<"$notes"
}

@test "resuming: wrong parts, wrong totals, 416 and 200 start over" {
	for scenario in wrong-range wrong-total 416 no-range; do
		rm -rf "$ROOT" && mkdir -p "$ROOT/cache"
		head -c 50000 "$T/body" >"$ROOT/cache/$SUM.part"
		fetch "$BASE/$scenario/x.tgz"
		holds
	done
}

@test "a part nobody asked for" {
	fetch "$BASE/unasked-range/x.tgz"
	[ "$status" -eq 4 ]
	nothing_named
	no_part
}

@test "resuming on bytes that were wrong: once again, whole" {
	mkdir -p "$ROOT/cache"
	head -c 50000 /dev/zero >"$ROOT/cache/$SUM.part"
	echo "https://old.example/x.tgz" >"$ROOT/cache/$SUM.part.from"
	fetch "$BASE/good/x.tgz"
	holds
	[ "$(requests)" -eq 2 ]
	# The same where all bytes had come before the process was killed.
	rm -r "$ROOT/cache" && mkdir -p "$ROOT/cache"
	head -c 200000 /dev/zero >"$ROOT/cache/$SUM.part"
	fetch "$BASE/good/x.tgz"
	holds
}

@test "killed between the last byte and the check: nothing is downloaded again" {
	mkdir -p "$ROOT/cache"
	cp "$T/body" "$ROOT/cache/$SUM.part"
	fetch "$BASE/missing/x.tgz"
	holds
	[ "$(requests)" -eq 0 ]
}

@test "a part that is longer than the whole" {
	mkdir -p "$ROOT/cache"
	head -c 300000 /dev/zero >"$ROOT/cache/$SUM.part"
	fetch "$BASE/good/x.tgz"
	holds
}

@test "another content: refused, told, removed" {
	fetch "$BASE/wrong/x.tgz"
	[ "$status" -eq 5 ]
	[ "$output" = "error check-failed" ]
	grep -q "^  expected: sha256 $SUM" <<<"$notes"
	grep -q "^  got: sha256 [0-9a-f]\{64\}, 200000 bytes" <<<"$notes"
	grep -q "^  from: $BASE/wrong/x.tgz" <<<"$notes"
	nothing_named
	no_part
}

@test "another content that joined a good part is told with both addresses' bytes gone" {
	mkdir -p "$ROOT/cache"
	head -c 50000 "$T/body" >"$ROOT/cache/$SUM.part"
	fetch "$BASE/wrong/x.tgz"
	[ "$status" -eq 5 ]
	[ "$(requests)" -eq 2 ]
	nothing_named
	no_part
}

@test "another content from the first, the right one from the next" {
	fetch --digest-mirror "$BASE/wrong" "$BASE/good/x.tgz"
	holds
	grep -q '^note: mirror 127.0.0.1: what came is not the file that was expected; trying 127.0.0.1$' <<<"$notes"
}

@test "one byte too many, with and without a length" {
	fetch "$BASE/longer/x.tgz"
	[ "$status" -eq 5 ]
	grep -q 'offers more than the 200000 bytes expected' <<<"$notes"
	fetch "$BASE/endless/x.tgz"
	[ "$status" -eq 5 ]
	grep -q 'sends more than the 200000 bytes expected' <<<"$notes"
	nothing_named
	no_part
}

@test "a login page" {
	fetch "$BASE/login/x.tgz"
	[ "$status" -eq 5 ]
	grep -q 'offers 42 bytes (text/html) where 200000 are expected' <<<"$notes"
	no_part
}

@test "headers without end, and no HTTP at all" {
	fetch "$BASE/headers/x.tgz"
	[ "$status" -eq 4 ]
	fetch "$BASE/garbage/x.tgz"
	[ "$status" -eq 4 ]
	nothing_named
}

@test "redirects: five, not six" {
	fetch "$BASE/redirect/5/good/x.tgz"
	holds
	rm -r "$ROOT"
	fetch "$BASE/redirect/6/good/x.tgz"
	[ "$status" -eq 4 ]
	grep -q 'redirects more than 5 times' <<<"$notes"
}

@test "redirects to files, with passwords, to nowhere are not followed" {
	for scenario in to-file to-password nowhere; do
		fetch "$BASE/$scenario/x.tgz"
		[ "$status" -eq 4 ]
	done
	[ "$(requests)" -eq 3 ]
	nothing_named
}

@test "a password goes to the host it was written for, and into no text" {
	local url="http://me:s3cret@${BASE#http://}"
	fetch "$url/good/x.tgz"
	holds
	grep -q 'Basic' "$T/log"
	rm -r "$ROOT"
	: >"$T/log"
	fetch "$url/other-host/x.tgz"
	holds
	[ "$(grep -c Basic "$T/log")" -eq 1 ]
	grep -q 'GET /good/x - 200 -$' "$T/log"
	for scenario in wrong missing cut-always; do
		rm -r "$ROOT"
		fetch "$url/$scenario/x.tgz"
		lacks s3cret "$notes$output"
		lacks s3cret "$(grep -r s3cret "$ROOT")"
	done
}

@test "http is for hosts on this machine and for mirrors" {
	fetch "http://no-such-host.invalid/x.tgz"
	[ "$status" -eq 4 ]
	grep -q 'http://no-such-host.invalid/x.tgz is not https' <<<"$notes"
}

@test "a host that cannot be reached is asked once, and the next is tried" {
	fetch --mirror "https://no-such-host.invalid/python" "$BASE/good/x.tgz"
	holds
	[ "$(grep -c 'cannot be reached' <<<"$notes")" -eq 1 ]
	grep -q "^note: no-such-host.invalid cannot be reached: its name cannot be resolved; trying 127.0.0.1$" <<<"$notes"
}

@test "all failures are listed at the end" {
	fetch --mirror "$BASE/missing http://127.0.0.1:1/x" "$BASE/forbidden/x.tgz" "$BASE/missing/y.tgz"
	[ "$status" -eq 4 ]
	grep -q '^error: 9.9.9 cannot be downloaded from any of 5 addresses$' <<<"$notes"
	grep -qi '^  tried: 127.0.0.1 cannot be reached: connection refused (http://127.0.0.1:1/x/' <<<"$notes"
	[ "$(grep -c '^  tried: .* answers 404' <<<"$notes")" -eq 1 ]
	grep -q "^  tried: 127.0.0.1 answers 403 (forbidden) ($BASE/forbidden/x.tgz)$" <<<"$notes"
	grep -q '^  to fix: another network, or a mirror: pyvern config set mirror URL$' <<<"$notes"
}

@test "the distribution's mirror, read from apt's configuration" {
	mkdir -p "$BATS_TEST_TMPDIR/apt/sources.list.d"
	cat >"$BATS_TEST_TMPDIR/apt/sources.list.d/debian.sources" <<-END
		Types: deb
		URIs: $BASE/good/debian
		Suites: bookworm bookworm-updates
		Components: main
	END
	fetch --apt "$BATS_TEST_TMPDIR/apt" "https://no-such-host.invalid/Python-9.9.9.tgz"
	holds
	grep -q 'GET /good/debian/pool/main/p/python9.9/python9.9_9.9.9.orig.tar.gz - 200' "$T/log"
	grep -q "trying this system's mirror" <<<"$notes"
}

@test "either alternative will do" {
	fetch "$BASE/missing/x.tar.xz" "$BASE/good/x.tgz"
	holds
	[[ "$output" == *" 1" ]]
}

@test "files: mirrors as folders, addresses as files" {
	mkdir -p "$BATS_TEST_TMPDIR/a b"
	cp "$T/body" "$BATS_TEST_TMPDIR/a b/x.tgz"
	fetch "file://$BATS_TEST_TMPDIR/a%20b/x.tgz"
	holds
	rm -r "$ROOT"
	fetch --mirror "file://$BATS_TEST_TMPDIR/a%20b" "$BASE/missing/x.tgz"
	holds
	[ "$(requests)" -eq 0 ]
	rm -r "$ROOT"
	head -c 1000 "$T/body" >"$BATS_TEST_TMPDIR/a b/x.tgz"
	fetch "file://$BATS_TEST_TMPDIR/a%20b/x.tgz"
	[ "$status" -eq 5 ]
	cat "$T/body" "$T/body" >"$BATS_TEST_TMPDIR/a b/x.tgz"
	fetch "file://$BATS_TEST_TMPDIR/a%20b/x.tgz"
	[ "$status" -eq 5 ]
	fetch "file://$BATS_TEST_TMPDIR"
	[ "$status" -eq 4 ]
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	fetch "file://$BATS_TEST_TMPDIR/pipe"
	[ "$status" -eq 4 ]
	nothing_named
	no_part
}

@test "offline: the cache or nothing" {
	fetch --offline "$BASE/good/x.tgz"
	[ "$status" -eq 4 ]
	[ "$output" = "error not-cached" ]
	grep -q '^error: 9.9.9 is not complete in the cache, and --offline forbids the network$' <<<"$notes"
	grep -q '^  in cache: nothing$' <<<"$notes"
	mkdir -p "$ROOT/cache"
	: >"$ROOT/cache/Python-3.12.11.tar.xz"
	: >"$ROOT/cache/$SUM.part"
	: >"$ROOT/cache/${SUM//[a-f]/0}-cpython-3.13.7+20250901-x86_64.tar.gz"
	fetch --offline "$BASE/good/x.tgz"
	grep -q '^  in cache: 3.12.11, 3.13.7$' <<<"$notes"
	[ "$(requests)" -eq 0 ]
}

@test "pyenv's cache is used, and left as it is" {
	mkdir -p "$ROOT/cache" "$BATS_TEST_TMPDIR/pyenvs"
	cp "$T/body" "$ROOT/cache/Python-9.9.9.tar.gz"
	fetch --offline "$BASE/good/Python-9.9.9.tgz"
	[ "$status" -eq 0 ]
	[[ "$output" == "ok $ROOT/cache/Python-9.9.9.tar.gz the cache"* ]]
	echo x >>"$ROOT/cache/Python-9.9.9.tar.gz"
	fetch --offline "$BASE/good/Python-9.9.9.tgz"
	[ "$status" -eq 4 ]
	[ -s "$ROOT/cache/Python-9.9.9.tar.gz" ]
	cp "$T/body" "$BATS_TEST_TMPDIR/pyenvs/Python-9.9.9.tar.xz"
	PYTHON_BUILD_CACHE_PATH="$BATS_TEST_TMPDIR/pyenvs" fetch --offline "$BASE/good/Python-9.9.9.tar.xz"
	[ "$status" -eq 0 ]
	PYTHON_BUILD_CACHE_PATH="$BATS_TEST_TMPDIR/pyenvs" fetch "$BASE/good/other.tar.xz"
	[[ "$output" == "ok $BATS_TEST_TMPDIR/pyenvs/$SUM-other.tar.xz"* ]]
}

@test "a damaged file of ours is removed and fetched again" {
	fetch "$BASE/good/x.tgz"
	printf x | dd of="$ROOT/cache/$SUM-x.tgz" conv=notrunc status=none
	fetch "$BASE/good/x.tgz"
	holds
	grep -q "^warning: $ROOT/cache/$SUM-x.tgz was damaged" <<<"$notes"
}

@test "a link or a pipe in a download's place" {
	mkdir -p "$ROOT/cache"
	echo precious >"$BATS_TEST_TMPDIR/precious"
	ln -s "$BATS_TEST_TMPDIR/precious" "$ROOT/cache/$SUM.part"
	fetch "$BASE/good/x.tgz"
	[ "$status" -eq 1 ]
	[ "$(cat "$BATS_TEST_TMPDIR/precious")" = precious ]
	rm "$ROOT/cache/$SUM.part"
	mkfifo "$ROOT/cache/$SUM.part"
	fetch "$BASE/good/x.tgz"
	[ "$status" -eq 1 ]
}

@test "a cache that all may write is refused" {
	mkdir -p "$ROOT/cache"
	chmod 0777 "$ROOT/cache"
	fetch "$BASE/good/x.tgz"
	[ "$status" -eq 6 ]
}

@test "a cache that cannot be written" {
	[ "$(id -u)" -eq 0 ] && ! command -v setpriv >/dev/null && skip "root may write everywhere"
	mkdir -p "$ROOT/cache"
	chmod 0555 "$ROOT/cache" "$ROOT"
	if [ "$(id -u)" -eq 0 ]; then
		chmod a+x "$BATS_RUN_TMPDIR" "${BATS_TEST_TMPDIR%/*}" "$BATS_TEST_TMPDIR"
		setpriv --reuid=65534 --regid=65534 --clear-groups test -x \
			"$PYVERN_TEST_BUILD/tests/faults/fetch_file" || skip "the build is private"
		run setpriv --reuid=65534 --regid=65534 --clear-groups \
			"$PYVERN_TEST_BUILD/tests/faults/fetch_file" --root "$ROOT" "$BASE/good/x.tgz" "$SUM" "$SIZE"
	else
		run "$PYVERN_TEST_BUILD/tests/faults/fetch_file" --root "$ROOT" "$BASE/good/x.tgz" "$SUM" "$SIZE"
	fi
	chmod 0755 "$ROOT/cache" "$ROOT"
	[ "$status" -eq 1 ]
	[[ "$output" == *"cannot download 9.9.9: the folder $ROOT/cache is not writable"* ]]
}

# The other user's lock files and parts in it are closed to us: every download failed.
@test "a cache that another user shares is read, and new files go to the root's own" {
	[ "$(id -u)" -eq 0 ] || skip "needs root, to be two users"
	command -v setpriv >/dev/null || skip "setpriv is absent"
	local as_other=(setpriv --reuid=65534 --regid=65534 --clear-groups) shared=$BATS_TEST_TMPDIR/shared
	chmod a+x "$BATS_RUN_TMPDIR" "${BATS_TEST_TMPDIR%/*}" "$BATS_TEST_TMPDIR"
	"${as_other[@]}" test -x "$PYVERN_TEST_BUILD/tests/faults/fetch_file" || skip "the build is private"
	mkdir -p "$shared" "$ROOT"
	chmod 1777 "$shared"
	chown 65534 "$ROOT"
	export PYTHON_BUILD_CACHE_PATH=$shared
	fetch "$BASE/good/x.tgz"
	[ "$output" = "ok $shared/$SUM-x.tgz 127.0.0.1 200000 0" ]
	run "${as_other[@]}" "$PYVERN_TEST_BUILD/tests/faults/fetch_file" --root "$ROOT" \
		"$BASE/good/x.tgz" "$SUM" "$SIZE"
	[[ "$output" == *"ok $shared/$SUM-x.tgz the cache"* ]]
	rm "$shared/$SUM-x.tgz"
	run "${as_other[@]}" "$PYVERN_TEST_BUILD/tests/faults/fetch_file" --root "$ROOT" \
		"$BASE/good/x.tgz" "$SUM" "$SIZE"
	[ "$status" -eq 0 ]
	[[ "$output" == *"ok $ROOT/cache/$SUM-x.tgz 127.0.0.1"* ]]
}

@test "a full disk" {
	[ "$(id -u)" -eq 0 ] || skip "needs root to mount a small file system"
	mkdir -p "$ROOT/cache"
	mount -t tmpfs -o size=128k,mode=0755 none "$ROOT/cache" || skip "cannot mount"
	fetch "$BASE/good/x.tgz"
	local known=$status known_notes=$notes
	# Without a size nothing can be asked beforehand.
	WANT_SIZE=0 fetch "$BASE/good/x.tgz"
	local left
	left=$(find "$ROOT/cache" -name '*.part')
	umount "$ROOT/cache"
	[ "$known" -eq 1 ]
	[ "$status" -eq 1 ]
	[ -z "$left" ]
	grep -q "cannot download 9.9.9: 0.2 MB are needed in $ROOT/cache, and 0.1 MB are free" <<<"$known_notes"
	grep -q 'the disk is full' <<<"$notes"
}

# Not SIGINT: a shell without job control starts background children deaf to it.
@test "interrupted: at once, and the bytes stay" {
	"$PYVERN_TEST_BUILD/tests/faults/fetch_file" --root "$ROOT" "$BASE/wait/x.tgz" "$SUM" "$SIZE" \
		>"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
	local pid=$!
	for _ in $(seq 100); do
		[ "$(stat -c %s "$ROOT/cache/$SUM.part" 2>/dev/null)" = 100000 ] && break
		sleep 0.05
	done
	SECONDS=0
	kill -TERM "$pid"
	local code=0
	wait "$pid" || code=$?
	[ "$code" -eq 130 ]
	[ "$SECONDS" -le 3 ]
	[ "$(cat "$BATS_TEST_TMPDIR/out")" = "error interrupted" ]
	fetch "$BASE/good/x.tgz"
	holds
	grep -q 'GET /good/x.tgz bytes=100000- 206' "$T/log"
}

@test "two at once: one download" {
	local url="$BASE/slow/x.tgz"
	"$PYVERN_TEST_BUILD/tests/faults/fetch_file" --root "$ROOT" "$url" "$SUM" "$SIZE" \
		>"$BATS_TEST_TMPDIR/first" 2>&1 3>&- &
	local pid=$!
	for _ in $(seq 100); do
		[ -e "$ROOT/cache/$SUM.part" ] && break
		sleep 0.05
	done
	fetch "$url"
	wait "$pid"
	holds
	[[ "$output" == *" the cache "* ]]
	grep -q '^note: another process downloads it; waiting$' <<<"$notes"
	[ "$(requests)" -eq 1 ]
}

# A real server with TLS and a certificate authority made for this test.
start_nginx() {
	command -v nginx >/dev/null || skip "nginx is absent"
	command -v openssl >/dev/null || skip "openssl is absent"
	local d="$BATS_TEST_TMPDIR/nginx"
	mkdir -p "$d/www"
	cp "$T/body" "$d/www/x.tgz"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=Test CA" \
		-keyout "$d/ca.key" -out "$d/ca.pem" 2>/dev/null
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=localhost" \
		-keyout "$d/key.pem" -out "$d/csr.pem" 2>/dev/null
	printf 'subjectAltName=DNS:localhost' >"$d/ext"
	openssl x509 -req -in "$d/csr.pem" -CA "$d/ca.pem" -CAkey "$d/ca.key" -CAcreateserial -days 2 \
		-extfile "$d/ext" -out "$d/cert.pem" 2>/dev/null
	TLS=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	cat >"$d/nginx.conf" <<-END
		$([ "$(id -u)" -ne 0 ] || echo "user root;")
		daemon off;
		pid $d/pid;
		error_log $d/error.log;
		events {}
		http {
			access_log $d/access.log;
			log_format connection '\$connection \$request';
			access_log $d/connections.log connection;
			client_body_temp_path $d; proxy_temp_path $d; fastcgi_temp_path $d;
			uwsgi_temp_path $d; scgi_temp_path $d;
			server {
				listen 127.0.0.1:$TLS ssl http2;
				ssl_certificate $d/cert.pem;
				ssl_certificate_key $d/key.pem;
				root $d/www;
				location /down/ { return 302 $BASE/good/x.tgz; }
				location /around/ { return 302 https://localhost:$TLS/x.tgz; }
			}
		}
	END
	nginx -c "$d/nginx.conf" -e "$d/error.log" 3>&- &
	echo $! >"$BATS_TEST_TMPDIR/nginx.pid"
	for _ in $(seq 100); do
		(: <"/dev/tcp/127.0.0.1/$TLS") 2>/dev/null && break
		sleep 0.05
	done
	CA="$d/ca.pem"
}

teardown() {
	[ ! -s "$BATS_TEST_TMPDIR/nginx.pid" ] || kill "$(cat "$BATS_TEST_TMPDIR/nginx.pid")"
}

@test "TLS by nginx: our authority, resuming, redirects that stay secure" {
	start_nginx
	fetch --ca "$CA" "https://localhost:$TLS/x.tgz"
	holds
	rm -r "$ROOT" && mkdir -p "$ROOT/cache"
	head -c 50000 "$T/body" >"$ROOT/cache/$SUM.part"
	fetch --ca "$CA" "https://localhost:$TLS/around/x.tgz"
	holds
	grep -q '"GET /x.tgz HTTP/2.0" 206 150000' "$BATS_TEST_TMPDIR/nginx/access.log"
	rm -r "$ROOT"
	fetch --ca "$CA" "https://localhost:$TLS/down/x.tgz"
	[ "$status" -eq 4 ]
	grep -q 'localhost redirects from https to http' <<<"$notes"
	# Also where http itself would be allowed.
	fetch --ca "$CA" --digest-mirror "https://localhost:$TLS/down" "$BASE/missing/x.tgz"
	[ "$status" -eq 4 ]
	lacks 'GET /good' "$(cat "$T/log")"
}

@test "TLS by nginx: what was there is asked for with the server's own validator" {
	start_nginx
	local url=https://localhost:$TLS/x.tgz log=$BATS_TEST_TMPDIR/nginx/access.log
	mkdir -p "$ROOT/cache"
	head -c 50000 "$T/body" >"$ROOT/cache/$SUM.part"
	printf '%s\t"another-file"\n' "$url" >"$ROOT/cache/$SUM.part.from"
	fetch --ca "$CA" "$url"
	holds
	# The file has changed there: all of it came, not a wrong rest.
	tail -n 1 "$log" | grep -q '"GET /x.tgz HTTP/2.0" 200 200000'
	rm -r "$ROOT" && mkdir -p "$ROOT/cache"
	head -c 50000 "$T/body" >"$ROOT/cache/$SUM.part"
	tag=$("$PYVERN_TEST_BUILD/tests/faults/http_files" --ca "$CA" "$url" | cut -d' ' -f3)
	[[ "$tag" == '"'*'"' ]]
	printf '%s\t%s\n' "$url" "$tag" >"$ROOT/cache/$SUM.part.from"
	fetch --ca "$CA" "$url"
	holds
	tail -n 1 "$log" | grep -q '"GET /x.tgz HTTP/2.0" 206 150000'
}

@test "TLS by nginx: many at once share a connection, and each gets its own" {
	start_nginx
	local urls=() i out
	for i in $(seq 12); do
		head -c $((i * 10000)) "$T/body" >"$BATS_TEST_TMPDIR/nginx/www/$i"
		urls+=("https://localhost:$TLS/$i")
	done
	out=$("$PYVERN_TEST_BUILD/tests/faults/http_files" --ca "$CA" "${urls[@]}" \
		"https://localhost:$TLS/none") && false
	echo "$out"
	for i in $(seq 12); do
		[[ "$(sed -n "${i}p" <<<"$out")" == "ok $((i * 10000)) "* ]]
	done
	[[ "$(sed -n 13p <<<"$out")" == "error network "*404* ]]
	[ "$(grep -c 'HTTP/2.0' "$BATS_TEST_TMPDIR/nginx/access.log")" -ge 13 ]
	# $connection of nginx, which its log has first: fewer connections than files.
	[ "$(cut -d' ' -f1 "$BATS_TEST_TMPDIR/nginx/connections.log" | sort -u | wc -l)" -le 6 ]
}

@test "an interrupt ends all that are under way" {
	local i pid status=0
	for i in 1 2 3; do set -- "$@" "$BASE/wait/$i.tgz"; done
	"$PYVERN_TEST_BUILD/tests/faults/http_files" "$@" >"$T/interrupted" 3>&- &
	pid=$!
	for i in $(seq 100); do
		[ "$(grep -c "/wait/" "$T/log")" -ge 3 ] && break
		sleep 0.05
	done
	# Not SIGINT, which a shell has its background jobs ignore.
	kill -TERM "$pid"
	wait "$pid" || status=$?
	cat "$T/interrupted"
	[ "$(grep -c '^error interrupted ' "$T/interrupted")" -eq 3 ]
}

@test "TLS by nginx: certificates that do not hold" {
	start_nginx
	fetch "https://localhost:$TLS/x.tgz"
	[ "$status" -eq 4 ]
	grep -q '^  to fix: PYVERN_CA_FILE=' <<<"$notes"
	fetch --ca "$CA" "https://127.0.0.1:$TLS/x.tgz"
	[ "$status" -eq 4 ]
	fetch --ca "$BATS_TEST_TMPDIR/none.pem" "https://localhost:$TLS/x.tgz"
	[ "$status" -eq 4 ]
	nothing_named
	SSL_CERT_FILE="$CA" fetch "https://localhost:$TLS/x.tgz"
	holds
}
