/* SPDX-License-Identifier: MIT */
/* Why did a build fail? The first error of its log, and what it usually means. */
#include <config.h>

#include "supply/build_failure.h"

#include <string.h>

/* What is an error of somebody's, and no mention of one. */
static const char *const marks[] = {
	": error:",
	": fatal error:",
	"configure: error:",
	"error: command ",
	"internal compiler error",
	"undefined reference to",
	"Undefined symbols for architecture",
	"cannot find -l",
	"cannot find crt",
	"cannot find Scrt",
	"No space left on device",
	"Disk quota exceeded",
	"Cannot allocate memory",
	"virtual memory exhausted",
	"Killed",
	"Permission denied",
	"Traceback (most recent call last)",
	"Segmentation fault",
	"Bus error",
	"Illegal instruction",
	"relocation R_",
	"lto-wrapper: ",
	"command not found",
	": not found",
	"Text file busy",
	"clock skew",
};

/* Failures that many have had. The first row of which a line of the log has all texts
 * is taken; rows come in the order of how certain they are. Sources: gcc's and
 * binutils' messages; CPython's issue tracker and Developer's Guide. */
static const struct {
	const char *text;
	const char *also; /* NULL: nothing */
	const char *cause;
	const char *fix;
} rows[] = {
	{ "No space left on device", NULL, "the disk is full",
	  "make room, or PYVERN_ROOT=DIR on another disk" },
	{ "Disk quota exceeded", NULL, "your share of the disk is used up",
	  "make room, or PYVERN_ROOT=DIR elsewhere" },
	{ "Killed", "cc1", "the system ended the compiler: memory ran out",
	  "--jobs 1, and without --lto" },
	{ "Killed signal", NULL, "the system ended the compiler: memory ran out",
	  "--jobs 1, and without --lto" },
	{ "virtual memory exhausted", NULL, "memory ran out", "--jobs 1, and without --lto" },
	{ "Cannot allocate memory", NULL, "memory ran out", "--jobs 1, and without --lto" },
	{ "internal compiler error", NULL,
	  "the compiler itself failed: a defect of it, or of memory",
	  "the same again; if it happens at the same place: another compiler, with CC=clang" },
	{ "Segmentation fault", NULL,
	  "a program crashed: the compiler, or the Python that had just been compiled",
	  "the same again; without CFLAGS; another compiler, with CC=clang" },
	{ "Illegal instruction", NULL, "something was built for a newer CPU than this one",
	  "without -march in CFLAGS; --fresh, if ccache is shared with other machines" },
	{ "C compiler cannot create executables", NULL,
	  "a trivial program cannot be built: an option in CFLAGS or LDFLAGS, or a compiler "
	  "that is only half installed",
	  "look for its error in the log; without CFLAGS and LDFLAGS" },
	{ "cannot run C compiled programs", NULL,
	  "what was compiled cannot run here: a library is not found, or the compiler is for "
	  "another machine",
	  "without LDFLAGS; CC=gcc" },
	{ "unrecognized command", "option", "the compiler does not know an option",
	  "look at CFLAGS, CPPFLAGS and PYTHON_CFLAGS; another compiler, with CC" },
	{ "unknown argument", NULL, "the compiler does not know an option",
	  "look at CFLAGS, CPPFLAGS and PYTHON_CFLAGS; another compiler, with CC" },
	{ "cannot find Scrt", NULL, "the C library's files for building are not installed",
	  "pyvern doctor" },
	{ "cannot find crt", NULL, "the C library's files for building are not installed",
	  "pyvern doctor" },
	{ "cannot find -l", NULL, "a library is not found: it is not installed, or elsewhere",
	  "pyvern doctor; LDFLAGS=-LDIR for one that is elsewhere" },
	{ "recompile with -fPIC", NULL,
	  "a static library was found that cannot be part of a shared one",
	  "install the shared library beside it, or --static" },
	{ "lto-wrapper", NULL, "optimizing all of it as one failed: most often memory ran out",
	  "without --lto, or --jobs 1" },
	{ "Can't find clang", NULL, "the JIT is made with a clang of one certain version",
	  "install that one, or without --jit" },
	{ "clang-", "not found", "the JIT is made with a clang of one certain version",
	  "install that one, or without --jit" },
	{ "llvm-profdata", NULL, "with clang, --pgo needs llvm-profdata of the same version",
	  "install llvm, or CC=gcc" },
	{ "Could not build the ssl module", NULL,
	  "this Python does not get along with the OpenSSL that was found",
	  "--with-openssl=DIR of another one, or --without ssl" },
	{ "implicit declaration of function", "error",
	  "the compiler is newer than this source and forbids what was allowed then",
	  "PYTHON_CFLAGS=-fpermissive with gcc 14 and newer, or an older compiler, with CC" },
	{ "cannot use keyword 'false'", NULL, "the compiler reads C23, the source is older",
	  "PYTHON_CFLAGS=-std=gnu17" },
	{ "two or more data types in declaration specifiers", NULL,
	  "the compiler reads C23, the source is older", "PYTHON_CFLAGS=-std=gnu17" },
	{ "version `GLIBC_", NULL, "something was built with a newer C library than this one",
	  "--fresh; without LD_LIBRARY_PATH" },
	{ "Clock skew detected", NULL, "files have times in the future: a clock is wrong",
	  "set the clock, and again" },
	{ "Text file busy", NULL, "a file was written while it was to be run", "the same again" },
	{ "Permission denied", NULL, "a file may not be run or written: a disk without exec?",
	  "mount shows it; PYVERN_ROOT=DIR on another disk" },
};

/* Is TEXT in LINE? */
static bool
has(struct str line, const char *text)
{
	size_t n = strlen(text);

	for (size_t at = 0; at + n <= line.n; at++)
		if (line.p[at] == *text && memcmp(line.p + at, text, n) == 0)
			return true;
	return false;
}

/* configure's checks and their commands mention errors that are none. */
static bool
is_error(struct str line)
{
	if (str_starts(line, STR_LIT("checking ")) || str_starts(line, STR_LIT("== ")) ||
	    str_starts(line, STR_LIT("config.log: ")))
		return false;
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (has(line, marks[i]))
			return true;
	return false;
}

/* "…: fatal error: openssl/ssl.h: No such file or directory", and clang's
 * "…: fatal error: 'openssl/ssl.h' file not found". */
static struct str
missing_header(struct str line)
{
	static const struct str mark = STR_LIT("fatal error: ");
	size_t at = 0;
	struct str name;

	if (!has(line, "No such file or directory") && !has(line, "file not found"))
		return (struct str){ 0 };
	while (at < line.n && !str_starts(str_skip(line, at), mark))
		at++;
	name = str_skip(line, at + mark.n);
	if (name.n && *name.p == '\'') {
		name = str_skip(name, 1);
		name.n = str_find(name, '\'');
	} else {
		name.n = str_find(name, ':');
	}
	return name;
}

static void
explain(struct str line, struct build_failure *ret)
{
	struct str header = missing_header(line);

	if (header.n && !ret->header.n) {
		ret->header = header;
		ret->cause = "a library's header is not found: its development package is not "
			     "installed, or elsewhere";
		ret->fix = "pyvern doctor; CPPFLAGS=-IDIR for one that is elsewhere";
		return;
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows) && !ret->cause; i++) {
		if (!has(line, rows[i].text) || (rows[i].also && !has(line, rows[i].also)))
			continue;
		ret->cause = rows[i].cause;
		ret->fix = rows[i].fix;
	}
}

/* The beginning of the line that is N lines before AT. */
static const char *
lines_before(const char *begin, const char *at, unsigned n)
{
	while (at > begin && n-- > 0) {
		at--;
		while (at > begin && at[-1] != '\n')
			at--;
	}
	return at;
}

void
build_failure_find(struct str log, struct build_failure *ret)
{
	struct str rest = log;
	struct str line;
	unsigned shown = 0;
	const char *from = NULL;

	*ret = (struct build_failure){ 0 };
	while (str_line(&rest, &line)) {
		if (from && shown < BUILD_FAILURE_AFTER) {
			ret->context = (struct str){ from, (size_t)(line.p + line.n - from) };
			shown++;
		}
		if (!is_error(line))
			continue;
		if (!from) {
			from = lines_before(log.p, line.p, BUILD_FAILURE_BEFORE);
			/* Not the headline of the phase. */
			if (str_starts((struct str){ from, (size_t)(line.p - from) },
				       STR_LIT("== ")))
				from += str_find((struct str){ from, (size_t)(line.p - from) },
						 '\n') +
					1;
			ret->context = (struct str){ from, (size_t)(line.p + line.n - from) };
			shown = 1;
		}
		if (!ret->cause)
			explain(line, ret);
	}
}
