/* SPDX-License-Identifier: MIT */
/* Does a staged Python work, and what can it import? */
#include <config.h>

#include "supply/probe.h"

#include <string.h>

#include "base/path.h"

/* A probe takes 0.1 s; this much only if something hangs. */
#define PROBE_TIMEOUT_S 120
/* Lines of a few words each. */
#define PROBE_OUTPUT_MAX ((size_t)256 * 1024)

/* Modules that people miss, with what stands for them: some are Python files
 * around a compiled part, which is the part that can be absent. */
static const struct {
	const char *name;
	const char *import;
	unsigned since; /* first minor version of Python 3 that has the part; 0: all */
	bool needed;
} modules[] = {
	{ "ssl", "ssl", 0, true },
	{ "sqlite3", "sqlite3", 0, false },
	{ "zlib", "zlib", 0, true },
	{ "bz2", "bz2", 0, false },
	{ "lzma", "lzma", 3, false },
	{ "ctypes", "ctypes", 0, false },
	{ "readline", "readline", 0, false },
	{ "uuid", "_uuid", 7, false },
	{ "curses", "curses", 0, false },
	{ "tkinter", "_tkinter", 0, false },
};

/* For any Python from 2.1 on: lines "python VERSION", "lib PATH" for each
 * libpython mapped, "ok IMPORT", "no IMPORT REASON". */
static const char script[] =
	"import sys\n"
	"w = sys.stdout.write\n"
	"w('python %s\\n' % sys.version.split()[0])\n"
	"for n in sys.argv[1:]:\n"
	"    try:\n"
	"        __import__(n)\n"
	"        w('ok %s\\n' % n)\n"
	"    except Exception:\n"
	"        w('no %s %s\\n' % (n, str(sys.exc_info()[1]).replace('\\n', ' ')))\n"
	"try:\n"
	"    f = open('/proc/self/maps')\n"
	"except Exception:\n"
	"    f = []\n"
	"d = {}\n"
	"for l in f:\n"
	"    p = l.rstrip()[l.find('/'):]\n"
	"    if p.find('/libpython') >= 0 and not d.get(p):\n"
	"        d[p] = 1\n"
	"        w('lib %s\\n' % p)\n";

void
probe_env(const struct dir *tree, const struct env *env, struct env *ret_env)
{
#ifdef __APPLE__
	static const char variable[] = "DYLD_LIBRARY_PATH";
#else
	static const char variable[] = "LD_LIBRARY_PATH";
#endif
	cleanup_free char *lib = path_join(tree->path, "lib", NULL);

	*ret_env = (struct env){ 0 };
	strvec_add_all(&ret_env->vars, env->vars.items);
	env_set(ret_env, variable, lib);
}

static bool
is_relevant(size_t i, const struct version *v)
{
	bool is_two = v->language_parts && v->language[0] < 3;

	if (!modules[i].since)
		return strcmp(modules[i].import, "_tkinter") != 0 || !is_two || v->language[1] >= 4;
	return !is_two && (v->language_parts < 2 || v->language[1] >= modules[i].since);
}

/* Isolation has changed its letters: -I since 3.4, -B and -s since 2.6. */
static void
add_isolation(const struct version *v, struct strvec *argv)
{
	unsigned number = v->language[0] * 100 + v->language[1];

	if (v->language_parts >= 2 && number < 206) {
		strvec_add(argv, "-E");
	} else if (v->language_parts >= 2 && number < 304) {
		strvec_add(argv, "-E");
		strvec_add(argv, "-s");
		strvec_add(argv, "-B");
	} else {
		strvec_add(argv, "-I");
		strvec_add(argv, "-B");
	}
}

static const char *
module_name(struct str import)
{
	for (size_t i = 0; i < sizeof(modules) / sizeof(*modules); i++) {
		if (str_eq_text(import, modules[i].import))
			return modules[i].name;
	}
	return NULL;
}

static int
take_answer(struct str line, const char *tree_path, struct probe_report *report, struct err *err)
{
	struct str rest = line;
	struct str word;
	struct str import;

	if (!str_word(&rest, &word))
		return 0;
	rest = str_trim(rest);
	if (str_eq_text(word, "python")) {
		free(report->python);
		report->python = mem_strndup(rest.p, rest.n);
	} else if (str_eq_text(word, "lib")) {
		cleanup_free char *path = mem_strndup(rest.p, rest.n);

		if (!path_is_below(path, tree_path))
			return err_set(err, ERR_FAILED,
				       "the new python loads %s instead of its own library", path);
	} else if (str_word(&rest, &import) && module_name(import)) {
		if (str_eq_text(word, "ok")) {
			strvec_add(&report->works, module_name(import));
		} else if (str_eq_text(word, "no")) {
			strvec_add(&report->missing, module_name(import));
			strvec_add_str(&report->reasons, str_trim(rest));
		}
	}
	return 0;
}

static int
refuse_needed(const struct probe_report *report, struct err *err)
{
	for (size_t i = 0; i < sizeof(modules) / sizeof(*modules); i++) {
		if (!modules[i].needed || !strvec_has(&report->missing, modules[i].name))
			continue;
		(void)err_set(err, ERR_FAILED, "it was built without %s, so pip would not work",
			      modules[i].name);
		for (size_t j = 0; j < report->missing.count; j++)
			(void)err_detail(err, "missing", "%s: %s", report->missing.items[j],
					 report->reasons.items[j]);
		return err_detail(err, "to fix",
				  "install the development packages of OpenSSL and zlib "
				  "(libssl-dev zlib1g-dev on Debian)");
	}
	return 0;
}

static int
run_probe(const struct dir *tree, const char *executable, const struct version *version,
	  const struct env *env, struct buf *ret_out, int *ret_status, struct err *err)
{
	cleanup_free char *path = path_join(tree->path, executable, NULL);
	cleanup_strvec struct strvec argv = { 0 };
	cleanup_env struct env staged = { 0 };
	struct proc_spec spec = PROC_SPEC_INIT;

	strvec_add(&argv, path);
	add_isolation(version, &argv);
	strvec_add(&argv, "-c");
	strvec_add(&argv, script);
	for (size_t i = 0; i < sizeof(modules) / sizeof(*modules); i++) {
		if (is_relevant(i, version))
			strvec_add(&argv, modules[i].import);
	}
	probe_env(tree, env, &staged);
	spec.argv = argv.items;
	spec.env = &staged;
	spec.timeout_s = PROBE_TIMEOUT_S;
	return proc_capture(&spec, ret_out, ret_status, err);
}

int
probe_python(const struct dir *tree, const char *executable, const struct version *version,
	     const struct env *env, struct probe_report *ret_report, struct err *err)
{
	cleanup_buf struct buf out = BUF_INIT(PROBE_OUTPUT_MAX);
	/* The kernel's maps tell real paths; the root may be behind a link. */
	cleanup_free char *real = realpath(tree->path, NULL);
	struct str rest;
	struct str line;
	int status = 0;

	*ret_report = (struct probe_report){ 0 };
	if (run_probe(tree, executable, version, env, &out, &status, err) < 0)
		return err_wrap(err, "the new python does not start");
	rest = buf_str(&out);
	while (str_line(&rest, &line)) {
		if (take_answer(line, real ? real : tree->path, ret_report, err) < 0)
			return -1;
	}
	if (status != 0 || !ret_report->python)
		return err_set(err, ERR_FAILED,
			       "the new python does not work: it ended with status %d", status);
	return refuse_needed(ret_report, err);
}

void
probe_report_reset(struct probe_report *report)
{
	free(report->python);
	strvec_reset(&report->works);
	strvec_reset(&report->missing);
	strvec_reset(&report->reasons);
	*report = (struct probe_report){ 0 };
}
