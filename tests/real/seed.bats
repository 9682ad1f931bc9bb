#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Where the pip of a prebuilt Python comes from: the tree itself, another version's seed,
# or the bundled wheel, compiled. With a real Python packed as standalone builds are.

bats_require_minimum_version 1.5.0

setup_file() {
	export REAL=${PYVERN_REAL_ROOT-}/versions/3.13.5 PKG=$BATS_FILE_TMPDIR
	[ -x "$REAL/bin/python3.13" ] || return 0
	# Without the test suite and other levels of compiled files: nobody misses them here.
	local leave=(--exclude=python/.pyvern --exclude='*/test' --exclude='*.opt-[12].pyc'
		--exclude='*/config-3.13-*' --exclude='*.a')
	tar -C "${REAL%/*}" "${leave[@]}" --transform 's|^3.13.5|python|' -czf "$PKG/whole.tar.gz" 3.13.5
	tar -C "${REAL%/*}" "${leave[@]}" --exclude='site-packages/pip*/__pycache__' \
		--exclude='site-packages/pip/*/__pycache__' --transform 's|^3.13.5|python|' \
		-czf "$PKG/plain.tar.gz" 3.13.5
	tar -C "${REAL%/*}" "${leave[@]}" --exclude='site-packages/pip*' --exclude='bin/pip*' \
		--transform 's|^3.13.5|python|' -czf "$PKG/without.tar.gz" 3.13.5
}

setup() {
	[ -x "$REAL/bin/python3.13" ] || skip "PYVERN_REAL_ROOT has no 3.13.5"
	T=$BATS_TEST_TMPDIR
	export HOME=$T/home PYVERN_ROOT=$T/root NO_COLOR=1 PATH=$PYVERN_TEST_STAGE/bin:$PATH
	export XDG_CONFIG_HOME=$HOME/.config XDG_STATE_HOME=$HOME/.state
	unset PYENV_ROOT PYENV_VERSION PYVERN_VERSION PYENV_DIR PYVERN_DIR PYTHON_BUILD_CACHE_PATH
	export http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 no_proxy=127.0.0.1
	mkdir -p "$HOME" "$PYVERN_ROOT/catalog"
	cd "$HOME" || return
}

# offer NAME: this archive as the build of 3.13.5.
offer() {
	local file=$PKG/$1.tar.gz libc=gnu sum
	if ldd --version 2>&1 | grep -q musl; then libc=musl; fi
	sum=$(openssl dgst -sha256 -r "$file")
	printf '# pyvern catalogue 1\ncpython\t3.13.5\t\tstandalone\tlinux\t%s\t%s\t\t1\tfile://%s\t%s\t%d\n' \
		"$(uname -m)" "$libc" "$file" "${sum%% *}" "$(wc -c <"$file")" \
		>"$PYVERN_ROOT/catalog/one.tsv"
}

# pip was compiled while it was installed (what relocation changed is another matter).
compiles() {
	[ "$(grep -c -e 'execve(".*/bin/python3.13".*os.walk' "$T/trace")" -ne 0 ]
}

install_traced() {
	command -v strace >/dev/null || skip "strace is absent"
	strace -f -s 4096 -e trace=execve -o "$T/trace" pyvern install -q "$@"
}

inode() {
	stat -c %i "$PYVERN_ROOT/versions/$1"
}

# An environment of version $1 has the pip of the seed, which works.
environment_works() {
	pyvern venv -q --clear -p "$1" "$T/env-$1"
	run "$T/env-$1/bin/python" -I -m pip --version
	[[ $output == "pip "*" from $T/env-$1/"* ]]
	run "$T/env-$1/bin/pip" check
	[ "$status" -eq 0 ]
	# It finds all files compiled, and good.
	"$T/env-$1/bin/python" -I -c 'import sys, os, pip._internal.cli.main
bad = [m.__name__ for m in list(sys.modules.values()) if m.__name__.startswith("pip")
       and getattr(m, "__cached__", None) and not os.path.exists(m.__cached__)]
sys.exit(str(bad) if bad else 0)'
}

site=lib/python3.13/site-packages
seed=.pyvern/seed/files

@test "what the builder installed and compiled is linked, not compiled again" {
	offer whole
	install_traced 3.13.5
	run -1 compiles
	[ "$(inode "3.13.5/$seed/pip/__init__.py")" = "$(inode "3.13.5/$site/pip/__init__.py")" ]
	[ ! -e "$PYVERN_ROOT/versions/3.13.5/.pyvern/seed/key" ]
	environment_works 3.13.5
	# It is what the wheel gives, RECORD and all.
	mkdir "$T/other"
	offer without
	PYVERN_ROOT=$T/other
	mkdir "$T/other/catalog"
	offer without
	pyvern install -q 3.13.5
	diff -r -x '*.pyc' "$T/root/versions/3.13.5/.pyvern/seed/files" \
		"$T/other/versions/3.13.5/.pyvern/seed/files"
	diff <(grep '^[a-z]* *[a-z]' "$T/root/versions/3.13.5/.pyvern/seed/index" | sed 's/ [0-9]* [0-9]* / /') \
		<(grep '^[a-z]* *[a-z]' "$T/other/versions/3.13.5/.pyvern/seed/index" | sed 's/ [0-9]* [0-9]* / /')
}

@test "a build without pip: it comes from the wheel, into the version, too" {
	offer without
	install_traced 3.13.5
	compiles
	"$PYVERN_ROOT/versions/3.13.5/bin/pip" --version
	environment_works 3.13.5
}

@test "a second version with the same pip shares the first one's files" {
	offer plain
	install_traced 3.13.5
	compiles
	sed -i 's/\t3.13.5\t/\t3.13.6\t/' "$PYVERN_ROOT/catalog/one.tsv"
	# (Its headers say 3.13.5, so it goes by another name.)
	run pyvern install 3.13.6
	[ "$status" -eq 5 ]
	[[ $output == *"3.13.6: what came is Python 3.13.5"* ]]
	mv "$PYVERN_ROOT/versions/3.13.5" "$PYVERN_ROOT/versions/first"
	offer plain
	install_traced 3.13.5
	run -1 compiles
	[ "$(inode "first/$seed/pip/__init__.py")" = "$(inode "3.13.5/$seed/pip/__init__.py")" ]
	environment_works 3.13.5
	rm -r "$PYVERN_ROOT/versions/first"
	environment_works 3.13.5
}

@test "a damaged seed is shared with nobody" {
	offer plain
	pyvern install -q 3.13.5
	mv "$PYVERN_ROOT/versions/3.13.5" "$PYVERN_ROOT/versions/first"
	chmod 644 "$PYVERN_ROOT/versions/first/$seed/pip/__init__.py"
	echo x >>"$PYVERN_ROOT/versions/first/$seed/pip/__init__.py"
	install_traced 3.13.5
	compiles
	environment_works 3.13.5
}

@test "compiled files of other times, or of another Python, are not taken" {
	local tree=$T/tree/python
	mkdir "$T/tree"
	tar -C "$T/tree" -xzf "$PKG/whole.tar.gz"
	for change in times magic; do
		case $change in
		times) touch -d 2020-01-01 "$tree/$site/pip/_internal/cli/main.py" ;;
		magic)
			tar -C "$T/tree" -xzf "$PKG/whole.tar.gz"
			printf 'x' | dd of="$tree/$site/pip/__pycache__/__init__.cpython-313.pyc" \
				bs=1 conv=notrunc 2>/dev/null
			;;
		esac
		tar -C "$T/tree" -czf "$PKG/$change.tar.gz" python
		offer $change
		rm -rf "$PYVERN_ROOT/versions"
		install_traced 3.13.5
		compiles
	done
	environment_works 3.13.5
}
