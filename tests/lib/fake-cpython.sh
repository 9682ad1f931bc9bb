#!/bin/sh
# SPDX-License-Identifier: MIT
# fake-cpython.sh VERSION DIR: make DIR/Python-VERSION.tar.gz, a source package
# that configures, builds and installs in a moment, and print its catalogue line
# with a file:// address. What it installs has the files of a CPython and an
# interpreter that answers the probe of `pyvern install`, and nothing else.
#
# For tests of bad days the package obeys, while it is built:
#	FAKE_FAIL=configure|make|install   that step says why and fails
#	FAKE_SLOW=configure|make|install   that step takes a minute
#	FAKE_MISSING="ssl _uuid"           modules that cannot be imported
#	FAKE_BROKEN=1                      the interpreter cannot start
#	FAKE_SPY=FILE                      sh runs FILE when the interpreter starts
#	FAKE_FILL=1                        make writes until the disk is full
#	FAKE_GIL=1                         --disable-gil changes nothing
#	FAKE_PIP=FILE                      bin/pip is a copy of this shell script
#	FAKE_COMPILE=1                     make compiles one.c, two.c and three.c with cc
#	FAKE_HEADER=FILE                   make fails early for this header, and goes on
# What make says of its surroundings ("-v" shows it): see "around:" below. configure asks
# one question as autoconf does, and answers it in config.log.
# --disable-gil and --with-pydebug change names as CPython's do: lib/pythonX.Yt,
# include/pythonX.Ytd, bin/pythonX.Ytd with a second name pythonX.Y.
set -eu

version=$1
dir=$2
series=${version%.*}
top=$dir/src/Python-$version

rm -rf "$dir/src"
mkdir -p "$top/Lib/ensurepip" "$top/Include"

cat >"$top/configure" <<'END'
#!/bin/sh
# Tiny stand-in for CPython's configure.
prefix=/usr/local
threads=
debug=
for arg; do
	case $arg in
	--prefix=*) prefix=${arg#--prefix=} ;;
	--disable-gil) [ -n "${FAKE_GIL-}" ] || threads=t ;;
	--with-pydebug) debug=d ;;
	esac
done
[ -z "${CONFIG_SITE-}" ] || . "$CONFIG_SITE"
if test ${ac_cv_answer+y}
then :
	echo "checking for an answer... (cached) $ac_cv_answer"
else
	ac_cv_answer=42
	echo "checking for an answer... $ac_cv_answer"
fi
: "result: $ac_cv_answer"
cat >config.log <<LOG
## ---------------- ##
## Cache variables. ##
## ---------------- ##

ac_cv_answer=$ac_cv_answer

## ----------------- ##
## Output variables. ##
LOG
for i in 1 2 3 4 5 6 7 8 9 10; do
	echo "checking for thing $i... yes"
done
if [ "${FAKE_SLOW-}" = configure ]; then sleep 60; fi
if [ "${FAKE_FAIL-}" = configure ]; then
	echo "configure: error: no thing 11 here" >&2
	exit 77
fi
sed "s|@prefix@|$prefix|; s|@threads@|$threads|; s|@debug@|$debug|" "$(dirname "$0")/Makefile.pre.in" >Makefile
END
chmod 755 "$top/configure"

cat >"$top/Makefile.pre.in" <<END
# Tiny stand-in for CPython's makefile.
prefix = @prefix@
VERSION = $series
LDVERSION = \$(VERSION)@threads@@debug@
LIB = \$(DESTDIR)\$(prefix)/lib/python\$(VERSION)@threads@
INC = \$(DESTDIR)\$(prefix)/include/python\$(LDVERSION)
BIN = \$(DESTDIR)\$(prefix)/bin

all: one.o two.o three.o
	@if [ "\$\${FAKE_SLOW-}" = make ]; then sleep 60; fi
	@echo "around: CFLAGS_NODIST=\$(CFLAGS_NODIST) nice=\$\$(nice) cc=\$\$(command -v cc)" \
		"epoch=\$\${SOURCE_DATE_EPOCH-} nets=\$\$(grep -c : /proc/self/net/dev) CC=\$\${CC-}"
	@if [ -n "\$\${FAKE_HEADER-}" ]; then \
		echo "one.c:3:10: fatal error: \$\$FAKE_HEADER: No such file or directory" >&2; \
		for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo "other file \$\$i"; done; exit 1; fi
	@if [ -n "\$\${FAKE_FILL-}" ]; then dd if=/dev/zero of=fill bs=64k; fi
	@if [ "\$\${FAKE_FAIL-}" = make ]; then echo "two.c:7: error: no such luck" >&2; exit 3; fi

%.o:
	: cc -c \$*.c && : >\$@
	@if [ -n "\$\${FAKE_COMPILE-}" ]; then \
		echo "int \$*;" >\$*.c && echo "cc -O2 -c \$*.c" && cc -O2 -c \$*.c -o \$@; fi

install: all
	@if [ "\$\${FAKE_SLOW-}" = install ]; then sleep 60; fi
	mkdir -p \$(LIB)/site-packages \$(LIB)/ensurepip \$(INC) \$(BIN)
	install -m 644 Lib/os.py \$(LIB)/os.py
	mkdir -p \$(LIB)/test \$(LIB)/unittest/test \$(LIB)/lib-dynload
	: >\$(LIB)/test/regrtest.py
	: >\$(LIB)/lib-dynload/_testcapi.so
	: >\$(LIB)/lib-dynload/_ssl.so
	: >\$(LIB)/as-umask-says
	install -m 644 Include/patchlevel.h \$(INC)/patchlevel.h
	sed "s/@missing@/\$\${FAKE_MISSING-}/" python.sh >\$(BIN)/python\$(LDVERSION)
	@if [ -n "\$\${FAKE_BROKEN-}" ]; then \
		printf '#!/bin/sh\necho "libfake.so.1: no such file" >&2\nexit 127\n' \
			>\$(BIN)/python\$(LDVERSION); fi
	chmod 755 \$(BIN)/python\$(LDVERSION)
	[ \$(VERSION) = \$(LDVERSION) ] || \\
		ln -f \$(BIN)/python\$(LDVERSION) \$(BIN)/python\$(VERSION)
	@if [ -n "\$\${FAKE_PIP-}" ]; then install -m 755 "\$\$FAKE_PIP" \$(BIN)/pip; fi
	@if [ "\$\${FAKE_FAIL-}" = install ]; then echo "install: no room" >&2; exit 4; fi
END

cat >"$top/python.sh" <<END
#!/bin/sh
# Answers the probe ("-I -B -c SCRIPT MODULE...") and --version.
case \${1-} in
--version | -V) echo "Python $version"; exit 0 ;;
*/pip) exec sh "\$@" ;;
esac
[ -z "\${FAKE_SPY-}" ] || sh "\$FAKE_SPY"
while [ \$# -gt 0 ] && [ "\$1" != -c ]; do shift; done
[ \$# -gt 1 ] || exit 2
shift 2
echo "python $version"
for module; do
	case " @missing@ " in
	*" \$module "*) echo "no \$module No module named '\$module'" ;;
	*) echo "ok \$module" ;;
	esac
done
END

echo '# the landmark of a standard library' >"$top/Lib/os.py"
printf '#define PY_VERSION "%s"\n' "$version" >"$top/Include/patchlevel.h"
# Not compressible, so that a cut or a changed byte hits something.
dd if=/dev/urandom of="$top/noise" bs=1024 count=200 2>/dev/null

tar -C "$dir/src" -czf "$dir/Python-$version.tar.gz" "Python-$version"
sum=$(openssl dgst -sha256 -r "$dir/Python-$version.tar.gz")
size=$(wc -c <"$dir/Python-$version.tar.gz")
printf 'cpython\t%s\t\tsource\t\t\t\t\t\tfile://%s\t%s\t%d\n' "$version" \
	"$dir/Python-$version.tar.gz" "${sum%% *}" "$size"
