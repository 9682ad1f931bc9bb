/* SPDX-License-Identifier: MIT */
/* Asking an interpreter what it is. */
#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "core/adopt_internal.h"
#include "os/proc.h"

/* 16 KiB: ten lines of at most a path each. */
#define ANSWER_MAX ((size_t)16 * 1024)
#define ANSWER_BEGIN "pyvern-python 1"
#define ANSWER_END "end"

/* For 2.7 and all of 3; only the library that reading its own configuration needs. */
static const char question[] =
	"import sys, os, sysconfig\n"
	"i = getattr(sys, 'implementation', None)\n"
	"n = i.name if i else ('pypy' if hasattr(sys, 'pypy_version_info') else 'cpython')\n"
	"v = sys.version_info\n"
	"s = {'alpha': 'a', 'beta': 'b', 'candidate': 'rc'}.get(v[3], '')\n"
	"own = getattr(sys, 'pypy_version_info', None)\n"
	"names = sysconfig.get_scheme_names()\n"
	/* Of environments: a distribution's own scheme is for its own packages. */
	"scheme = [x for x in ('venv', 'pypy' if own else '', 'posix_prefix') if x in names][0]\n"
	"var = lambda k: sysconfig.get_config_var(k) or ''\n"
	"rows = [('implementation', n),\n"
	" ('version', '%d.%d.%d' % tuple(v[:3]) + (s + str(v[4]) if s else '')),\n"
	" ('release', '%d.%d.%d' % tuple(own[:3]) if own else ''),\n"
	" ('prefix', getattr(sys, 'base_prefix', getattr(sys, 'real_prefix', sys.prefix))),\n"
	" ('executable', sys.executable),\n"
	" ('abi', var('SOABI')),\n"
	" ('threaded', var('Py_GIL_DISABLED')), ('debug', var('Py_DEBUG')),\n"
	" ('stdlib', sysconfig.get_path('stdlib')), ('platlib', sysconfig.get_path('platlib', "
	"scheme))]\n"
	"print('" ANSWER_BEGIN "')\n"
	"for r in rows: print('%s=%s' % r)\n"
	"print('" ANSWER_END "')\n";

enum row {
	ROW_IMPLEMENTATION,
	ROW_VERSION,
	ROW_RELEASE,
	ROW_PREFIX,
	ROW_EXECUTABLE,
	ROW_ABI,
	ROW_THREADED,
	ROW_DEBUG,
	ROW_STDLIB,
	ROW_PLATLIB,
	ROW_COUNT,
};

static const char *const row_names[ROW_COUNT] = {
	"implementation", "version", "release", "prefix",  "executable", "abi",
	"threaded",	  "debug",   "stdlib",	"platlib",
};

struct answer {
	char *rows[ROW_COUNT];
	bool began;
	bool ended;
};

static void
answer_reset(struct answer *answer)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		free(answer->rows[i]);
}

static void
take_line(struct answer *answer, struct str line)
{
	size_t at = str_find(line, '=');

	if (str_eq_text(line, ANSWER_BEGIN))
		answer->began = true;
	if (str_eq_text(line, ANSWER_END))
		answer->ended = answer->began;
	if (!answer->began || answer->ended || at == line.n)
		return;
	for (size_t i = 0; i < ROW_COUNT; i++) {
		struct str value = str_skip(line, at + 1);

		if (!answer->rows[i] && str_eq_text((struct str){ line.p, at }, row_names[i]))
			answer->rows[i] = mem_strndup(value.p, value.n);
	}
}

/* Letters, digits, and what is between them in names and numbers. */
static bool
is_plain(const char *text)
{
	for (const char *p = text; *p; p++)
		if (!str_is_digit(*p) && !str_is_alpha(*p) && !strchr("._+-", *p))
			return false;
	return *text && strlen(text) <= PATH_NAME_MAX;
}

/* Can facts have the relative PATH: parts that are safe, and no blanks? */
static bool
is_fact(const char *path)
{
	struct str rest = str_from(path);
	struct str part;

	while (str_split(&rest, '/', &part))
		if (!path_component_ok(part))
			return false;
	return *path && !strpbrk(path, " ");
}

/* PATH below PREFIX (clean), as facts have it; NULL when it is elsewhere or no path of facts. */
static char *
below(const char *prefix, const char *path)
{
	cleanup_free char *clean = path_clean("/", path);
	const char *rest = clean;

	if (path[0] != '/' || !path_is_below(clean, prefix))
		return NULL;
	rest += strcmp(prefix, "/") == 0 ? 0 : strlen(prefix);
	rest += strspn(rest, "/");
	return is_fact(rest) ? mem_strdup(rest) : NULL;
}

/* "cpython-311" of cpython-311-x86_64-linux-gnu; where there is none, of the numbers. */
static char *
abi_of(const struct answer *answer)
{
	const char *abi = answer->rows[ROW_ABI];
	const char *version = answer->rows[ROW_VERSION];
	size_t major = strcspn(version, ".");
	size_t minor = major < strlen(version) ? strcspn(version + major + 1, ".") : 0;
	const char *family = answer->rows[ROW_IMPLEMENTATION];
	struct str s = str_from(abi);
	size_t dash = str_find(s, '-');

	if (is_plain(abi) && dash < s.n) {
		dash += 1 + str_find(str_skip(s, dash + 1), '-');
		return mem_strndup(abi, dash < s.n ? dash : s.n);
	}
	return mem_printf("%s%s%.*s%.*s%s%s", family, strcmp(family, "cpython") == 0 ? "-" : "",
			  (int)major, version, (int)minor, version + major + 1,
			  strcmp(answer->rows[ROW_THREADED], "1") == 0 ? "t" : "",
			  strcmp(answer->rows[ROW_DEBUG], "1") == 0 ? "d" : "");
}

static bool
is_complete(const struct answer *answer)
{
	struct stat st;

	for (size_t i = 0; i < ROW_COUNT; i++)
		if (!answer->rows[i])
			return false;
	return answer->ended && is_plain(answer->rows[ROW_IMPLEMENTATION]) &&
	       is_plain(answer->rows[ROW_VERSION]) && str_is_digit(*answer->rows[ROW_VERSION]) &&
	       strchr(answer->rows[ROW_VERSION], '.') && answer->rows[ROW_PREFIX][0] == '/' &&
	       stat(answer->rows[ROW_PREFIX], &st) == 0 && S_ISDIR(st.st_mode);
}

static int
no_answer(const char *program, struct err *err)
{
	err_set(err, ERR_FAILED, "%s does not answer as a Python does", program);
	err_detail(err, "because",
		   "its files do not tell what it is, and what it says of itself is not whole");
	return err_detail(err, "to fix", "the path of the interpreter itself");
}

static int
take_answer(const char *program, struct answer *answer, struct adoptee *ret, struct err *err)
{
	char **rows = answer->rows;
	cleanup_free char *real = realpath(rows[ROW_EXECUTABLE], NULL);
	cleanup_free char *prefix = path_clean("/", rows[ROW_PREFIX]);
	cleanup_free char *stdlib = below(prefix, rows[ROW_STDLIB]);
	cleanup_free char *platlib = below(prefix, rows[ROW_PLATLIB]);
	cleanup_dirfd struct dir tree = DIR_INIT;

	if (!real || !stdlib || !is_fact(path_base(real).p))
		return no_answer(program, err);
	if (fs_open_dir(prefix, &tree, err) < 0)
		return -1;
	ret->prefix = steal_ptr(&prefix);
	ret->release = rows[ROW_RELEASE][0] && is_plain(rows[ROW_RELEASE])
			       ? steal_ptr(&rows[ROW_RELEASE])
			       : NULL;
	ret->facts = (struct facts){
		.implementation = mem_strdup(rows[ROW_IMPLEMENTATION]),
		.version = mem_strdup(rows[ROW_VERSION]),
		.abi = abi_of(answer),
		.platlib = platlib ? steal_ptr(&platlib) : path_join(stdlib, "site-packages", NULL),
		.executable = path_join("bin", path_base(real).p, NULL),
		.executables = mem_strdup(path_base(real).p),
		.wheels = facts_find_wheels(&tree, stdlib),
	};
	ret->facts.stdlib = steal_ptr(&stdlib);
	ret->interpreter = steal_ptr(&real);
	return 0;
}

/* 2 has no -I; there these are the same but for the folder of `-c`, which is ours. */
static bool
is_two(const char *program)
{
	struct str name = path_base(program);

	for (size_t i = 0; i < name.n; i++)
		if (str_is_digit(name.p[i]))
			return name.p[i] == '2';
	return false;
}

int
adopt_read_answer(const char *program, struct str text, struct adoptee *ret, struct err *err)
{
	cleanup_with(answer_reset) struct answer answer = { 0 };
	struct str line;

	while (str_line(&text, &line))
		take_line(&answer, line);
	return is_complete(&answer) ? take_answer(program, &answer, ret, err)
				    : no_answer(program, err);
}

int
adopt_run(const char *program, unsigned timeout_s, struct adoptee *ret, struct err *err)
{
	const char *const isolated[] = { program, "-I", "-S", "-B", "-c", question, NULL };
	const char *const two[] = { program, "-E", "-s", "-S", "-B", "-c", question, NULL };
	cleanup_buf struct buf text = BUF_INIT(ANSWER_MAX);
	cleanup_env struct env env = { 0 };
	struct proc_spec spec = PROC_SPEC_INIT;
	int status;

	env_set(&env, "PATH", "/usr/bin:/bin");
	env_set(&env, "LC_ALL", "C");
	spec.argv = (char *const *)(is_two(program) ? two : isolated);
	spec.env = &env;
	spec.cwd = "/";
	spec.timeout_s = timeout_s;
	if (proc_capture(&spec, &text, &status, err) < 0)
		return err_wrap(err, "cannot see what %s is", program);
	return status ? no_answer(program, err)
		      : adopt_read_answer(program, buf_str(&text), ret, err);
}
