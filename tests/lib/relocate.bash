# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets status and output
# A root with a made-up version, installed as a real one is, an environment in it, and
# links. Source it with `load ../lib/relocate`, after versions.

relocate_setup() {
	export XDG_CONFIG_HOME=$HOME/.config http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9
	unset PYTHON_CONFIGURE_OPTS PYTHON_CFLAGS PYVERN_CPU_LEVEL PYTHON_BUILD_CACHE_PATH PYTHON_BUILD_MIRROR_URL
	cp -p "$PYVERN_TEST_STAGE/libexec/pyvern/pyvern-shim" "$T/prefix/libexec/pyvern/pyvern-shim"
	mkdir -p "$T/pkg"
}

# Install the version NAME into the root.
make_version() {
	mkdir -p "$PYVERN_ROOT/catalog"
	{
		echo '# pyvern catalogue 1'
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-standalone.sh" "$1" "$T/pkg" noise=1
	} >"$PYVERN_ROOT/catalog/fake.tsv"
	pyvern install -q --no-sync "$1"
}

# make_env DIR PREFIX: an environment as others make it, with a command.
make_env() {
	mkdir -p "$1/bin" "$1/lib/python9.9/site-packages"
	printf '%s\n' "home = $2/bin" 'include-system-site-packages = false' 'version = 9.9.2' \
		"executable = $2/bin/python9.9" >"$1/pyvenv.cfg"
	ln -s "$2/bin/python9.9" "$1/bin/python"
	ln -s python "$1/bin/python3"
	printf '#!%s/bin/python\nprint("tool")\n' "$1" >"$1/bin/shop-tool"
	chmod 755 "$1/bin/shop-tool"
	printf 'VIRTUAL_ENV=%s\nexport VIRTUAL_ENV\n' "$1" >"$1/bin/activate"
	printf '%s/lib/src\n' "$1" >"$1/lib/python9.9/site-packages/easy.pth"
}

# The version 9.9.2 with the environment shop, its link, and a link of the user's.
make_root() {
	make_version 9.9.2
	make_env "$PYVERN_ROOT/versions/9.9.2/envs/shop" "$PYVERN_ROOT/versions/9.9.2"
	ln -s "$PYVERN_ROOT/versions/9.9.2/envs/shop" "$PYVERN_ROOT/versions/shop"
	ln -s "$PYVERN_ROOT/versions/9.9.2" "$PYVERN_ROOT/versions/mine"
	pyvern rehash -q
	# shellcheck disable=SC2034 # for tests
	old0=$PYVERN_ROOT
}

# The root goes to DIR.
move_root() {
	old=$PYVERN_ROOT
	mv "$PYVERN_ROOT" "$1"
	export PYVERN_ROOT=$1
}

# All in the root names its place, and nothing names the place before. What is wrong is
# said.
is_right() {
	local found version=$PYVERN_ROOT/versions/9.9.2
	found=$(grep -rIlF --exclude=receipt.json -e "$old/" "$PYVERN_ROOT/versions" || :)
	found+=$(find "$PYVERN_ROOT/versions" -lname "$old/*")
	[ -z "$found" ] || { echo "names $old: $found"; return 1; }
	grep -qF "'prefix': '$PYVERN_ROOT/versions/9.9.2'" "$version"/lib/python9.9/_sysconfigdata*.py ||
		[[ $PYVERN_ROOT == *"'"* ]] || { echo "not its prefix"; return 1; }
	grep -qxF "home = $version/bin" "$version/envs/shop/pyvenv.cfg" || { echo "not its home"; return 1; }
	[ "$(readlink "$version/envs/shop/bin/python")" = "$version/bin/python9.9" ] || { echo "not its python"; return 1; }
	[ "$(readlink "$PYVERN_ROOT/versions/9.9")" = 9.9.2 ] || { echo "no alias"; return 1; }
	[ ! -e "$version/.pyvern/relocating" ] || { echo "a journal is left"; return 1; }
	found=$(find "$PYVERN_ROOT/versions" -mindepth 2 -name '.tmp-*')
	[ -z "$found" ] || { echo "left: $found"; return 1; }
	manifest_holds "$version" '\./envs'
}
