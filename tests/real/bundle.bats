#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# A closed network: what a real server gave goes by one file to a machine that has
# nothing but its loopback, and real Pythons come out of it.
#
# The archives are made of the 3.13.5 that was built from source (PYVERN_REAL_ROOT), as
# in standalone.bats; 3.13.6 is that Python under another name.

bats_require_minimum_version 1.5.0
load ../lib/real

needed() {
	packing_lacks nginx openssl unshare
	unshare -rn true 2>/dev/null || echo "no network can be taken away here"
}

setup_file() {
	export MISSING
	MISSING=$(needed | head -n 1)
	[ -z "$MISSING" ] || return 0
	export SERVER=$BATS_FILE_TMPDIR/nginx
	export ARCHIVES=$SERVER/www
	mkdir -p "$ARCHIVES"
	pack_python "$ARCHIVES" 3.13.5 3.13.6 3.13.7
	without_pip
}

# 3.13.7 brings no pip, as some distributions' builds do not.
without_pip() {
	local file work=$BATS_FILE_TMPDIR/work
	file=$(echo "$ARCHIVES"/cpython-3.13.7+*.tar.zst)
	mkdir "$work"
	bsdtar -C "$work" -xf "$file"
	find "$work" -depth \( -path '*/site-packages/pip*' -o -path '*/ensurepip/_bundled*' \
		-o -path '*/bin/pip*' \) -delete
	bsdtar -C "$work" --zstd -cf "$file" python
	rm -rf "${work:?}"
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
	export HOME=$T/home NO_COLOR=1 PIP_NO_INDEX=1 PIP_CONFIG_FILE=/dev/null LC_ALL=C.UTF-8
	export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
	export PATH=$PYVERN_TEST_STAGE/bin:/usr/local/bin:/usr/bin:/bin
	export PYVERN_ROOT=$T/outside
	mkdir -p "$HOME/project" "$PYVERN_ROOT/catalog"
	catalogue 3.13.5 3.13.6 3.13.7 >"$PYVERN_ROOT/catalog/ours.tsv"
	echo "ca_file = $NGINX_CA" >"$PYVERN_ROOT/config"
	cd "$HOME/project" || return
}

teardown() {
	[ -n "$MISSING" ] || nginx_stop "$SERVER"
}

# catalogue VERSION...: lines for the archives.
catalogue() {
	packed_catalogue "$ARCHIVES" "https://localhost:$NGINX_PORT" zst "$@"
}

# inside COMMAND...: on a machine with another root, without a server, without any network.
inside() {
	PYVERN_ROOT=$T/inside unshare -rn "$@"
}

@test "two versions by one file and one command; they run, and make environments with pip" {
	run -0 pyvern bundle create 3.13.5 3.13.6 -o pythons.tar
	echo "$output"
	[[ "$output" == *"+ pythons.tar "*"sha256 $(sha256sum pythons.tar | cut -d' ' -f1)"* ]]
	nginx_stop "$SERVER"
	run -0 inside pyvern install --from pythons.tar 3.13.5 3.13.6
	echo "$output"
	[ "$(grep -c '^+ 3\.13\.[56] .*standalone build for .* from pythons.tar' <<<"$output")" -eq 2 ]
	for version in 3.13.5 3.13.6; do
		python=$T/inside/versions/$version/bin/python
		[ "$(inside "$python" -c 'import ssl, sqlite3, ctypes, lzma; print("works")')" = works ]
		grep -q '"source": "pythons.tar"' "$T/inside/versions/$version/.pyvern/receipt.json"
		PYVERN_VERSION=$version run -0 inside pyvern venv "$T/env-$version"
		echo "$output"
		"$T/env-$version/bin/pip" --version | grep -qF "$T/env-$version"
	done
	[ "$(inside "$T/inside/versions/3.13.5/bin/python" -V)" = 'Python 3.13.5' ]
	# Once in the cache, and not in a stage besides.
	[ "$(find "$T/inside/cache" -name '*.tar.zst' | wc -l)" -eq 2 ]
	[ -z "$(ls -A "$T/inside/.staging")" ]
	# From then on the machine has them, bundle or not.
	rm pythons.tar
	mkdir -p "$T/inside/catalog"
	cp "$PYVERN_ROOT/catalog/ours.tsv" "$T/inside/catalog/"
	run -0 inside pyvern install --force --offline 3.13.5
	[[ "$output" == *"from the cache"* ]]
}

# wheel VERSION SPECIFIER: real pip's wheel, as another version that is for other Pythons.
wheel() {
	python3 - "$PYVERN_REAL_ROOT"/versions/3.13.5/lib/python3.13/ensurepip/_bundled/pip-*.whl "$@" <<-'PYTHON'
		import re, sys, zipfile
		source, version, specifier = sys.argv[1:]
		with zipfile.ZipFile(source) as old, \
		        zipfile.ZipFile("wheels/pip-%s-py3-none-any.whl" % version, "w") as new:
		    for name in old.namelist():
		        data = old.read(name)
		        if name.endswith(".dist-info/METADATA"):
		            data = re.sub(b"(?m)^Requires-Python:.*$", b"Requires-Python: " + specifier.encode(), data)
		            data = re.sub(b"(?m)^Version:.*$", b"Version: " + version.encode(), data, count=1)
		        new.writestr(re.sub(r"^pip-[^/]*\.dist-info/", "pip-%s.dist-info/" % version, name), data)
	PYTHON
}

@test "a Python without pip gets the newest one that the bundle has for it" {
	mkdir wheels
	wheel 88.1 '>=3.9'
	wheel 89.1 '>=3.14'
	printf 'PK\003\004damaged' >wheels/pip-90.1-py3-none-any.whl
	run -0 pyvern bundle create 3.13.7 --wheels wheels -o pythons.tar
	[[ "$output" == *"+ wheels "*"3 of "* ]]
	run -0 inside pyvern install --from pythons.tar
	echo "$output"
	[[ "$output" == *"pip-90.1-py3-none-any.whl: "* ]]
	[[ "$output" == *"pip-89.1-py3-none-any.whl: it is for Python >=3.14"* ]]
	run -0 inside pyvern venv "$T/env" -p 3.13.7
	echo "$output"
	[[ "$output" == *"pip 88.1"* ]]
	inside "$T/env/bin/pip" list | grep -q '^pip '
	# Without one that fits, it is installed without.
	rm wheels/pip-88*
	pyvern bundle create -q --force 3.13.7 --wheels wheels -o pythons.tar
	rm "$T"/inside/cache/wheels/*
	run -0 inside pyvern install --force --from pythons.tar
	echo "$output"
	[[ "$output" == *"this version brings no pip"* ]]
	run -0 inside pyvern venv --without-pip "$T/bare" -p 3.13.7
}

@test "a bit of a real archive, anywhere in the bundle" {
	pyvern bundle create -q 3.13.5 -o pythons.tar
	for part in 1 250 500 750 999; do
		python3 - pythons.tar "$part" >damaged.tar <<-'PYTHON'
			import sys
			data = bytearray(open(sys.argv[1], "rb").read())
			at = min(1024 + (len(data) - 4096) * int(sys.argv[2]) // 1000, len(data) - 2048)
			data[at] ^= 16
			sys.stdout.buffer.write(data)
		PYTHON
		run -5 inside pyvern install --from damaged.tar
		echo "$output"
		[ -z "$(ls -A "$T/inside/versions")" ] && [ -z "$(ls -A "$T/inside/.staging")" ]
		[ -z "$(find "$T/inside/cache" -name '*.tar.zst' 2>/dev/null)" ]
	done
}
