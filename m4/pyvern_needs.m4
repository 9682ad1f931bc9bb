# SPDX-License-Identifier: MIT
# What is missing is said all at once, with what it is for and the packages that
# have it, so that nobody installs one library at a time and runs configure again.

m4_ifndef([PKG_CHECK_MODULES], [m4_fatal([pkg-config's macros are missing: install pkgconf])])

# PYVERN_MISSING(WHAT, FOR, DEBIAN, FEDORA, ALPINE, HOMEBREW, LIST): add a line for
# each to the text LIST.
AC_DEFUN([PYVERN_MISSING], [AS_VAR_APPEND([$7], ["
  $1: $2
    Debian $3, Fedora $4, Alpine $5, Homebrew $6"])])

# PYVERN_NEED(VARIABLE, MODULE, VERSION, FOR, DEBIAN, FEDORA, ALPINE, HOMEBREW):
# VARIABLE_CFLAGS and VARIABLE_LIBS of a library that pkg-config knows.
AC_DEFUN([PYVERN_NEED], [
	PKG_CHECK_MODULES([$1], [$2 >= $3], [], [
		pyvern_found=`test -z "$PKG_CONFIG" || $PKG_CONFIG --modversion $2 2>/dev/null`
		PYVERN_MISSING([$2 >= $3${pyvern_found:+ (here is $pyvern_found)}],
			[$4], [$5], [$6], [$7], [$8], [pyvern_missing])])
])

# PYVERN_NEED_COMPILER: before AC_PROG_CC, which has no names to give.
AC_DEFUN_ONCE([PYVERN_NEED_COMPILER], [
	AS_IF([test -z "$CC"], [AC_CHECK_PROGS([pyvern_cc], [gcc clang cc])])
	AS_IF([test -z "$CC$pyvern_cc"], [AC_MSG_ERROR([there is no C compiler:
    Debian gcc libc6-dev, Fedora gcc, Alpine gcc musl-dev, macOS xcode-select --install])])
])

# PYVERN_NEED_BEGIN: pkg-config, which finds the others.
AC_DEFUN([PYVERN_NEED_BEGIN], [
	PKG_PROG_PKG_CONFIG
	AS_IF([test -z "$PKG_CONFIG"], [PYVERN_MISSING([pkg-config],
		[finds the libraries; those below may be here],
		[pkgconf], [pkgconf-pkg-config], [pkgconf], [pkgconf], [pyvern_missing])])
])

# PYVERN_NEED_END: stop if something was missing.
AC_DEFUN([PYVERN_NEED_END], [
	AS_IF([test -n "$pyvern_missing"], [AC_MSG_ERROR([these are missing:
$pyvern_missing

./quickstart installs what is needed. Libraries in an unusual place (Homebrew's
openssl@3, curl and libarchive, too) are found through PKG_CONFIG_PATH, headers
through CPPFLAGS=-IDIR.])])
])
