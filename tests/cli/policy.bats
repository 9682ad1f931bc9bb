#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Policy files: what each rule refuses and allows, whose file counts, what is not understood.
# The text and the matching are in tests/unit/test_rules.c, the choice in
# tests/unit/test_install_choice.c.

bats_require_minimum_version 1.5.0
load ../lib/versions

setup_file() {
	export PKG=$BATS_FILE_TMPDIR/pkg
	mkdir -p "$PKG"
	fake() { sh "$PYVERN_TEST_SOURCE/tests/lib/fake-standalone.sh" "$1" "$PKG" noise=20; }
	source_of() { sh "$PYVERN_TEST_SOURCE/tests/lib/fake-cpython.sh" "$1" "$PKG"; }
	{
		echo '# pyvern catalogue 1'
		fake 3.8.20
		fake 9.7.1
		source_of 9.8.1
		fake 9.9.1
		source_of 9.9.1
		fake 9.9.2
		source_of 9.9.2
	} >"$PKG/fake.tsv"
	FILE=$PKG/Python-9.9.1.tar.gz
	SUM=$(sha256sum "$FILE" | cut -c1-64)
	export FILE SUM
}

setup() {
	T=$BATS_TEST_TMPDIR
	export HOME=$T/home PYVERN_ROOT=$T/root NO_COLOR=1
	export XDG_CONFIG_HOME=$HOME/.config XDG_STATE_HOME=$HOME/.state
	unset PYENV_ROOT PYENV_VERSION PYVERN_VERSION PYENV_DIR PYVERN_DIR PYENV_BUILD_ROOT
	unset MAKE_OPTS MAKEOPTS CONFIGURE_OPTS PYTHON_CONFIGURE_OPTS PYTHON_BUILD_MIRROR_URL
	unset PYTHON_CFLAGS PYVERN_CPU_LEVEL PYTHON_BUILD_CACHE_PATH PYVERN_MIRROR PYVERN_AUTO_INSTALL
	unset PYTHON_BUILD_DEFINITIONS PYTHON_BUILD_ROOT PYVERN_REQUIRE_SIGNATURE PYVERN_CATALOG_LISTS
	unset UV_PYTHON_INSTALL_MIRROR UV_PYPY_INSTALL_MIRROR PYVERN_CA_FILE PYVERN_TRUSTED_ROOT
	export http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 no_proxy=127.0.0.1,localhost
	mkdir -p "$XDG_CONFIG_HOME/pyvern" "$PYVERN_ROOT/catalog"
	export PATH=$PYVERN_TEST_STAGE/bin:/usr/bin:/bin
	cp "$PKG/fake.tsv" "$PYVERN_ROOT/catalog/"
	MINE=$XDG_CONFIG_HOME/pyvern/policy
	# As texts for people have it.
	# shellcheck disable=SC2088 # not expanded
	SHOWN='~/.config/pyvern/policy'
	cd "$HOME" || return
}

teardown() {
	[ ! -s "$BATS_TEST_TMPDIR/server.pid" ] || kill "$(cat "$BATS_TEST_TMPDIR/server.pid")"
}

# rules LINE...: the user's policy.
rules() {
	printf '%s\n' "$@" >"$MINE"
}

# run_pyvern STATUS ARG...: both of its outputs in $output.
run_pyvern() {
	run "-$1" pyvern "${@:2}"
	echo "$output"
}

has() {
	[[ $output == *"$1"* ]]
}

has_not() {
	[[ $output != *"$1"* ]]
}

nothing_made() {
	local place
	for place in versions .staging cache; do
		[ -z "$(ls -A "$PYVERN_ROOT/$place" 2>/dev/null)" ] || return 1
	done
}

@test "without a file nothing is refused; a root and a project have none" {
	mkdir project .pyvern
	for file in "$PYVERN_ROOT/policy" project/policy project/.pyvern project/.policy .pyvern/policy; do
		echo 'require * refuse' >"$file"
	done
	cd project || return
	run_pyvern 0 install 3.8 9.9.1
	has '+ 9.9.1'
	has '+ 3.8.20'
	has_not 'refused'
	run pyvern doctor
	has_not policy
}

@test "minimum: an older one is refused, a range takes what is allowed" {
	rules '# CVE' '' 'minimum 9.9.2'
	run_pyvern 7 install 9.9.1
	has "pyvern: 9.9.1 is refused by $SHOWN:3: the minimum is 9.9.2"
	has 'to fix   9.9.2 or newer'
	nothing_made
	run_pyvern 7 install --build 9.9.1
	run_pyvern 0 install '<9.9.2'
	has "9.9.1 is refused by $SHOWN:3: the minimum is 9.9.2"
	has '+ 9.8.1'
	run_pyvern 0 install 9.9
	has '+ 9.9.2'
	has_not refused
	rules 'minimum 9.9'
	run_pyvern 7 install --force 9.8
	has "9.8: 9.8.1 is refused by $SHOWN:1: the minimum is 9.9"
}

@test "end-of-life: refused, warned of, or allowed" {
	rules 'end-of-life refuse'
	run_pyvern 7 install 3.8.20
	has "3.8.20 is refused by $SHOWN:1: Python 3.8 reached its end of life on 2024-10-07 (today is $(date -u +%F))"
	has 'to fix   a series that is mended: pyvern list'
	nothing_made
	# A root's own list cannot make it younger.
	printf '# pyvern series 1\n3.8\t2019-10-14\t2021-05-03\t2999-10-07\n' >"$PYVERN_ROOT/catalog/series.txt"
	run_pyvern 7 install 3.8
	run_pyvern 0 install '>=3.8'
	has '+ 9.9.2'
	has_not refused
	rules 'end-of-life warn'
	run_pyvern 0 install 3.8
	has "Python 3.8 reached its end of life on 2024-10-07 (today is $(date -u +%F)); $SHOWN:1 has it told"
	has '+ 3.8.20'
	rules 'end-of-life allow'
	run_pyvern 0 install --force 3.8
	has_not 'end of life'
}

@test "pyenv's face refuses in the same words" {
	pyvern config set face pyenv
	rules 'minimum 9.9.2'
	run -1 pyvern install 9.9.1
	echo "$output"
	has "9.9.1 is refused by $MINE:1: the minimum is 9.9.2"
	has_not 'definition not found'
	nothing_made
	run -0 pyvern install 9.9.2
}

@test "require: a source that is refused leaves the other ones" {
	rules 'require standalone refuse'
	run_pyvern 0 install 9.9
	has "9.9.2 from \`standalone\` is refused by $SHOWN:1"
	has '+ 9.9.2    built from source'
	run_pyvern 7 install --force --prebuilt 9.9
	has "9.9: 9.9.2 from \`standalone\` is refused by $SHOWN:1"
	has 'to fix   another source of it, or another rule there'
	run_pyvern 7 install 9.7
	rules 'require cpython-source refuse'
	run_pyvern 7 install --build 9.9.1
	run_pyvern 7 install 9.8
	run_pyvern 0 install 9.9.1
	has '+ 9.9.1    standalone build'
	# All but one.
	rules 'require * refuse' 'require cpython-source sha256'
	run_pyvern 7 install 9.7
	run_pyvern 0 install --force 9.9.1
	has 'built again from source'
}

@test "require: files that --from names are judged as files, and as what they are" {
	rules 'require file sha256'
	run_pyvern 7 install 9.9.1 --from "$FILE"
	has "nothing vouches for 9.9.1, and $SHOWN:1 requires a sha256"
	has 'to fix   --sha256 HEX'
	nothing_made
	run_pyvern 0 install 9.9.1 --from "$FILE" --sha256 "$SUM"
	has '+ 9.9.1'
	rules 'require file refuse'
	run_pyvern 7 install --force 9.9.1 --from "$FILE" --sha256 "$SUM"
	has "9.9.1 from \`file\` is refused by $SHOWN:1"
	rules 'require cpython-source refuse' 'require file any'
	run_pyvern 7 install --force 9.9.1 --from "$FILE" --sha256 "$SUM"
	rules 'minimum 9.9.2'
	run_pyvern 7 install --force 9.9.1 --from "$FILE" --sha256 "$SUM"
	rules 'require standalone refuse'
	run_pyvern 0 install --force 9.9.1 --from "$FILE"
}

@test "require: a signature that holds" {
	key=https://github.com/login/oauth
	sh "$PYVERN_TEST_SOURCE/tests/lib/fake-cpython.sh" 3.14.99 "$T" >/dev/null
	signed=$T/Python-3.14.99.tar.gz
	mkdir "$T/signed"
	"$PYVERN_TEST_BUILD/tests/lib/make-signed" "$T/signed" hugo@python.org "$signed" "$key"
	export PYVERN_TRUSTED_ROOT=$T/signed/root.json
	for rule in cpython-source file '*'; do
		rules "require $rule signature"
		run_pyvern 5 install --from "$signed"
		has '3.14.99 has no signature'
		has "asked by  $SHOWN:1"
		nothing_made
	done
	cp "$T/signed/artifact.sigstore" "$signed.sigstore"
	run_pyvern 0 install --from "$signed"
	has 'by hugo@python.org (Sigstore)'
	# What nobody signs.
	rules 'require * any' 'require standalone signature'
	run_pyvern 5 install 9.7
	has '9.7.1 has no signature'
	has "asked by  $SHOWN:2"
	[ ! -e "$PYVERN_ROOT/versions/9.7.1" ]
	rules 'require pypy signature'
	run_pyvern 0 install 9.7
}

@test "download: what has no signature is refused where a rule, a setting or an option asks for one" {
	key=https://github.com/login/oauth
	{
		echo '# pyvern catalogue 1'
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-cpython.sh" 3.14.99 "$T"
	} >"$PYVERN_ROOT/catalog/signed.tsv"
	signed=$T/Python-3.14.99.tar.gz
	mkdir "$T/signed"
	"$PYVERN_TEST_BUILD/tests/lib/make-signed" "$T/signed" hugo@python.org "$signed" "$key"
	export PYVERN_TRUSTED_ROOT=$T/signed/root.json
	rules 'require cpython-source signature'
	run_pyvern 5 download --directory out 3.14.99
	has '3.14.99 has no signature'
	has "asked by  $SHOWN:1"
	[ ! -e out ]
	run_pyvern 0 download --directory out 9.7
	[ -e out ]
	rules
	rm -r out
	run -5 pyvern download --require-signature --directory out 3.14.99
	PYVERN_REQUIRE_SIGNATURE=1 run_pyvern 5 download --directory out 3.14.99
	[ ! -e out ]
	run_pyvern 0 download --directory out 3.14.99
	has 'no signature: '
	rules 'require cpython-source signature'
	cp "$T/signed/artifact.sigstore" "$signed.sigstore"
	run_pyvern 0 download --directory out 3.14.99
	has ', signature of hugo@python.org'
	cmp out/Python-3.14.99.tar.gz "$signed"
	# One that does not hold is none, asked for or not.
	rm -r out "${PYVERN_ROOT:?}/cache"
	rules
	sed -i 's/"signature": *"..../&AAAA/' "$signed.sigstore"
	run_pyvern 5 download --directory out 3.14.99
	[ ! -e out ]
}

@test "outdated: what is only to be had from a source that is refused is not newer" {
	run_pyvern 0 install 9.9.1
	run_pyvern 0 outdated
	has '9.9.2'
	sed -i '/9\.9\.2.*standalone/d' "$PYVERN_ROOT/catalog/fake.tsv"
	run_pyvern 0 outdated
	has '9.9.2'
	rules 'require cpython-source refuse'
	run_pyvern 0 outdated
	[ -z "$output" ]
	run_pyvern 7 install 9.9.2
}

@test "require: definitions, which do not even run, and branches" {
	mkdir definitions
	cat >definitions/9.9.7 <<-END
		touch '$T/ran'
		install_package "Python-9.9.1" "file://$PKG/Python-9.9.1.tar.gz" standard
	END
	sed 's/tar.gz"/&#'"$(sha256sum "$PKG/Python-9.9.1.tar.gz" | cut -c1-64)"'/; s/"#\(.*\) standard/#\1" standard/' \
		definitions/9.9.7 >definitions/9.9.8
	sed -i 's/^\(touch.*\)/\1/' definitions/9.9.8
	export PYTHON_BUILD_DEFINITIONS=$PWD/definitions
	rules 'require definition refuse'
	run_pyvern 7 install 9.9.7
	has "9.9.7 from \`definition\` is refused by $SHOWN:1"
	run -1 python-build 9.9.7 "$T/prefix"
	echo "$output"
	[ ! -e "$T/ran" ]
	rules 'require definition sha256'
	run_pyvern 7 install 9.9.7
	has "nothing vouches for Python-9.9.1, and $SHOWN:1 requires a sha256"
	nothing_made
	run_pyvern 0 install 9.9.8
	has '+ 9.9.8'
	rules 'require definition signature'
	run_pyvern 7 install --force 9.9.8
	has "nothing signs Python-9.9.1, and $SHOWN:1 requires a signature"
	rules 'require branch refuse'
	run_pyvern 7 install 9.9-dev
	has "9.9-dev from \`branch\` is refused by $SHOWN:1"
	rules 'require branch sha256'
	run_pyvern 7 install 9.9-dev
	has "and $SHOWN:1 requires a sha256"
}

@test "bundle, download, python-build, upgrade, repair, outdated: the same rules" {
	run_pyvern 0 bundle create -o all.tar 9.9.1
	run_pyvern 0 install 9.9.1
	rules 'minimum 9.9.3'
	run_pyvern 7 bundle create -o none.tar 9.9
	[ ! -e none.tar ]
	run_pyvern 7 install --force --from all.tar
	run_pyvern 7 download 9.9.1
	run_pyvern 7 upgrade 9.9
	has "9.9.2 is refused by $SHOWN:1"
	run -1 python-build 9.9.1 "$T/prefix"
	echo "$output"
	[ ! -e "$T/prefix" ]
	run_pyvern 0 outdated
	[ -z "$output" ]
	echo >>"$PYVERN_ROOT/versions/9.9.1/lib/python9.9/os.py"
	run_pyvern 7 repair 9.9.1
	PYVERN_AUTO_INSTALL=1 run_pyvern 7 use 9.9.2
	rules 'minimum 9.9.2'
	run_pyvern 0 outdated
	has '9.9.2'
	run_pyvern 0 bundle create -o new.tar 9.9
	run_pyvern 0 download 9.9
	run_pyvern 0 upgrade 9.9
	[ -d "$PYVERN_ROOT/versions/9.9.2" ]
	PYVERN_AUTO_INSTALL=1 run_pyvern 0 use 9.9.2
}

@test "a bundle whose digests nobody else knows is a file without one" {
	run_pyvern 0 bundle create -o all.tar 9.9.1
	rm "$PYVERN_ROOT/catalog/fake.tsv"
	rules 'require standalone sha256'
	run_pyvern 7 install --from all.tar
	has "nothing vouches for 9.9.1, and $SHOWN:1 requires a sha256"
	run_pyvern 0 install --from all.tar --sha256 "$(sha256sum all.tar | cut -c1-64)"
}

# A server on loopback: /to/HOST/FILE redirects to FILE there, all else is a file.
serve() {
	python3 - "$PKG" "$T/port" 3>&- <<-'PYTHON' &
		import http.server, os, sys
		class Handler(http.server.SimpleHTTPRequestHandler):
		    def do_GET(self):
		        words = self.path.split('/')
		        if words[1] != 'to':
		            return super().do_GET()
		        self.send_response(302)
		        self.send_header('Location', 'http://%s:%d/%s' % (words[2], port, words[3]))
		        self.end_headers()
		    def log_message(self, *words):
		        pass
		os.chdir(sys.argv[1])
		server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
		port = server.server_port
		with open(sys.argv[2] + '.new', 'w') as f:
		    f.write(str(port))
		os.rename(sys.argv[2] + '.new', sys.argv[2])
		server.serve_forever()
	PYTHON
	echo $! >"$T/server.pid"
	for _ in $(seq 100); do
		[ -s "$T/port" ] && break
		sleep 0.05
	done
	PORT=$(cat "$T/port")
}

# from ADDRESS: the catalogue's 9.9.1 is at ADDRESS/NAME.
from() {
	grep '9\.9\.1' "$PKG/fake.tsv" | sed "s|file://$PKG|$1|" |
		cat <(echo '# pyvern catalogue 1') - >"$PYVERN_ROOT/catalog/fake.tsv"
}

@test "host: others are not asked, also when a redirect leads there" {
	serve
	from "http://127.0.0.1:$PORT"
	rules 'host 127.0.0.1'
	run_pyvern 0 install 9.9.1
	has '+ 9.9.1    standalone build'
	rules 'host www.python.org'
	rm -rf "$PYVERN_ROOT/cache"
	run_pyvern 7 install --force 9.9.1
	has "9.9.1: 127.0.0.1 is not asked: $SHOWN:1 allows other hosts only"
	has 'to fix   a mirror on a host that it allows: pyvern config set mirror URL'
	# What has it is asked in its place.
	rules 'host localhost'
	PYVERN_MIRROR=http://localhost:$PORT run_pyvern 0 install --force 9.9.1
	has '~ 9.9.1'
	rm -rf "$PYVERN_ROOT/cache"
	rules 'host 127.0.0.1'
	PYVERN_MIRROR=http://localhost:$PORT run_pyvern 0 install --force 9.9.1
	has "localhost is not asked: $SHOWN:1 allows other hosts only; trying 127.0.0.1"
	# Redirects.
	rm -rf "$PYVERN_ROOT/cache"
	from "http://127.0.0.1:$PORT/to/localhost"
	run_pyvern 7 install --force --prebuilt 9.9.1
	has "127.0.0.1 redirects: localhost is not asked: $SHOWN:1 allows other hosts only"
	rules 'host 127.0.0.1' 'host localhost'
	run_pyvern 0 install --force --prebuilt 9.9.1
	has '~ 9.9.1'
}

@test "host: files of the user's, lists, branches" {
	serve
	rules 'host www.python.org'
	run_pyvern 7 install 9.9.1 --from "http://127.0.0.1:$PORT/${FILE##*/}"
	has "127.0.0.1 is not asked: $SHOWN:1"
	PYVERN_CATALOG_LISTS=http://127.0.0.1:$PORT/list.json run pyvern update
	echo "$output"
	[ "$status" -ne 0 ]
	has "127.0.0.1 is not asked: $SHOWN:1"
	run_pyvern 7 install 9.9-dev
	has "github.com is not asked: $SHOWN:1"
	# Files of this machine have no host.
	run_pyvern 0 install 9.9.1 --from "$FILE"
}

@test "a file that is not understood, or that others may write, stops installs and says so" {
	rules 'minimum 9.9.1' 'requires standalone sha256'
	for command in 'install 9.9.2' 'download 9.9.2' 'bundle create -o x.tar 9.9.2' 'outdated'; do
		# shellcheck disable=SC2086 # words
		run_pyvern 7 $command
		has "pyvern: $SHOWN:2: there is no rule requires"
		has 'to fix   a rule begins with require, end-of-life, minimum or host'
	done
	nothing_made
	run_pyvern 0 versions
	run_pyvern 0 list
	run pyvern doctor
	has "$SHOWN:2: there is no rule requires"
	rules 'minimum 9.9.1'
	run pyvern doctor
	has 'policy'
	has "$SHOWN is in force"
	chmod o+w "$MINE"
	run_pyvern 7 install 9.9.2
	has "$SHOWN is not believed: others than its owner may write it"
	rm "$MINE"
	mkdir "$MINE"
	run_pyvern 7 install 9.9.2
	has "cannot read the rules of $SHOWN: it is no file"
	nothing_made
}

# with_etc ARG...: run pyvern where /etc is $T/etc, in which all is root's.
with_etc() {
	need_own_mounts
	# shellcheck disable=SC2016 # the inner shell's
	run "${own_mounts[@]}" sh -c 'mount --bind "$1" /etc || exit 99; shift; exec pyvern "$@"' sh \
		"$T/etc" "$@"
	echo "$output"
	[ "$status" -ne 99 ] || skip "mount is refused here"
}

@test "the machine's file and the user's: the stricter rule counts" {
	mkdir -p "$T/etc/pyvern"
	for name in passwd group hosts nsswitch.conf ld.so.cache ld.so.conf ld.so.conf.d alternatives; do
		[ ! -e "/etc/$name" ] || cp -a "/etc/$name" "$T/etc/"
	done
	system=/etc/pyvern/policy
	printf 'minimum 9.9.2\nrequire cpython-source refuse\n' >"$T/etc/pyvern/policy"
	chmod 755 "$T/etc" "$T/etc/pyvern"
	chmod 644 "$T/etc/pyvern/policy"
	with_etc install 9.9.1
	[ "$status" -eq 7 ]
	has "9.9.1 is refused by $system:1: the minimum is 9.9.2"
	# A user's file makes none of it weaker,
	rules 'minimum 9.9.1' 'require cpython-source any' 'require * any'
	with_etc install 9.9.1
	[ "$status" -eq 7 ]
	with_etc install --build 9.9.2
	[ "$status" -eq 7 ]
	has "9.9.2 from \`cpython-source\` is refused by $system:2"
	with_etc install 9.9.2
	[ "$status" -eq 0 ]
	# and adds to it.
	rules 'require standalone refuse'
	with_etc install --force 9.9.2
	[ "$status" -eq 7 ]
	has "$SHOWN:1"
	with_etc doctor
	has "$system is in force"
	has "$SHOWN is in force"
	# Without HOME or XDG_CONFIG_HOME it is there all the same.
	XDG_CONFIG_HOME=$T/nowhere with_etc install 9.9.1
	[ "$status" -eq 7 ]
	chmod g+w "$T/etc/pyvern/policy"
	with_etc install 9.9.2
	[ "$status" -eq 7 ]
	has "$system is not believed: others than its owner may write it"
	chmod g-w "$T/etc/pyvern/policy"
	chmod o+w "$T/etc/pyvern"
	with_etc install 9.9.2
	[ "$status" -eq 7 ]
	has '/etc/pyvern is not believed: others than its owner may write it'
	[ "$(id -u)" -eq 0 ] || return 0
	chmod o-w "$T/etc/pyvern"
	chown 1 "$T/etc/pyvern/policy"
	with_etc install 9.9.2
	[ "$status" -eq 7 ]
	has "$system is not believed: it belongs to user 1"
	has "to fix   chown 0 $system"
}
