/* SPDX-License-Identifier: MIT */
/* Does a staged Python work, and what can it import? */
#include <config.h>

#include "supply/probe.h"

#include <string.h>

#include "base/path.h"

/* A probe takes 0.1 s; this much only if something hangs. */
#define PROBE_TIMEOUT_S 120
/* Lines that an error shows of what the interpreter says besides its answers. */
#define PROBE_SAID_MAX 5
/* Of a part that Python 2 never had. */
#define NEVER 100

/* Modules that people miss, with what stands for them: some are Python files
 * around a compiled part, which is the part that can be absent. */
static const struct {
	const char *name;
	const char *import;
	unsigned since_two; /* first minor version of Python 2 that has the part */
	unsigned since;	    /* … and of Python 3 */
	bool needed;
} modules[] = {
	{ "ssl", "ssl", 6, 0, true },
	{ "sqlite3", "sqlite3", 5, 0, false },
	{ "zlib", "zlib", 0, 0, true },
	{ "bz2", "bz2", 3, 0, false },
	{ "lzma", "lzma", NEVER, 3, false },
	{ "ctypes", "ctypes", 5, 0, false },
	{ "readline", "readline", 0, 0, false },
	{ "uuid", "_uuid", NEVER, 7, false },
	{ "curses", "curses", 0, 0, false },
	{ "tkinter", "_tkinter", 0, 0, false },
};

const char *const probe_fact_names[] = { "compiler",  "gil",	"shared",
					 "optimized", "abi",	"openssl",
					 "tls_roots", "sqlite", "sqlite_features",
					 "readline",  "zlib",	"expat",
					 "tk",	      NULL };

/* For any Python from 2.1 on: lines "python VERSION", "compiles MAGIC TAG" (from 3.2 on),
 * "lib PATH" for each libpython mapped, "ok IMPORT", "no IMPORT REASON", "fact NAME VALUE". */
static const char script[] =
	"import sys\n"
	"w = sys.stdout.write\n"
	"w('python %s\\n' % sys.version.split()[0])\n"
	"try:\n"
	"    from importlib.util import MAGIC_NUMBER\n"
	"    w('compiles %s %s\\n' % (MAGIC_NUMBER.hex(), sys.implementation.cache_tag))\n"
	"except Exception:\n"
	"    pass\n"
	"for n in sys.argv[1:]:\n"
	"    try:\n"
	"        __import__(n)\n"
	"        w('ok %s\\n' % n)\n"
	"    except Exception:\n"
	"        w('no %s %s\\n' % (n, str(sys.exc_info()[1]).replace('\\n', ' ')))\n"
	"def fact(k, v):\n"
	"    w('fact %s %s\\n' % (k, str(v).replace('\\n', ' ')))\n"
	"def compiler():\n"
	"    v = sys.version\n"
	"    fact('compiler', v[v.rfind('[') + 1:v.rfind(']')])\n"
	"def built():\n"
	"    from sysconfig import get_config_var as g\n"
	"    fact('gil', g('Py_GIL_DISABLED') and 'no' or 'yes')\n"
	"    fact('shared', g('Py_ENABLE_SHARED') and 'yes' or 'no')\n"
	"    a = g('CONFIG_ARGS') or ''\n"
	"    o = []\n"
	"    if a.find('--enable-optimizations') >= 0: o.append('pgo')\n"
	"    if a.find('--with-lto') >= 0: o.append('lto')\n"
	"    if a.find('--enable-experimental-jit') >= 0: o.append('jit')\n"
	"    fact('optimized', ' '.join(o) or 'no')\n"
	"    fact('abi', g('SOABI'))\n"
	"def openssl():\n"
	"    import ssl\n"
	"    fact('openssl', ssl.OPENSSL_VERSION)\n"
	"def roots():\n"
	"    import os, ssl\n"
	"    p = ssl.get_default_verify_paths()\n"
	"    if p.cafile: fact('tls_roots', p.cafile)\n"
	"    elif p.capath and os.listdir(p.capath): fact('tls_roots', p.capath)\n"
	"    else: fact('tls_roots', 'none')\n"
	"def sqlite():\n"
	"    import sqlite3\n"
	"    fact('sqlite', sqlite3.sqlite_version)\n"
	"    c = sqlite3.connect(':memory:')\n"
	"    o = [r[0] for r in c.execute('pragma compile_options')]\n"
	"    f = [n for n in ('FTS3', 'FTS4', 'FTS5', 'JSON1', 'RTREE') if 'ENABLE_' + n in o]\n"
	"    if hasattr(c, 'enable_load_extension'): f.append('extensions')\n"
	"    fact('sqlite_features', ' '.join(f) or 'none')\n"
	"def line():\n"
	"    import readline as r\n"
	"    v = getattr(r, '_READLINE_LIBRARY_VERSION', '')\n"
	"    if (r.__doc__ or '').find('libedit') >= 0 or v.find('EditLine') >= 0: v = 'editline'\n"
	"    else: v = 'GNU readline ' + v\n"
	"    fact('readline', v.strip())\n"
	"def zlib():\n"
	"    import zlib as z\n"
	"    fact('zlib', getattr(z, 'ZLIB_RUNTIME_VERSION', z.ZLIB_VERSION))\n"
	"def expat():\n"
	"    import pyexpat\n"
	"    fact('expat', pyexpat.EXPAT_VERSION.replace('expat_', ''))\n"
	"def tk():\n"
	"    import _tkinter\n"
	"    fact('tk', _tkinter.TK_VERSION)\n"
	"for g in (compiler, built, openssl, roots, sqlite, line, zlib, expat, tk):\n"
	"    try:\n"
	"        g()\n"
	"    except Exception:\n"
	"        pass\n"
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
	const char *given = env_get(env, variable);
	cleanup_free char *lib = path_join(tree->path, "lib", NULL);
	/* What was given stays: libraries that the build used may be there. */
	cleanup_free char *all =
		mem_printf("%s%s%s", lib, given && *given ? ":" : "", given ? given : "");

	*ret_env = (struct env){ 0 };
	strvec_add_all(&ret_env->vars, env->vars.items);
	env_set(ret_env, variable, all);
}

static bool
is_relevant(size_t i, const struct version *v)
{
	bool is_two = v->language_parts && v->language[0] < 3;
	unsigned since = is_two ? modules[i].since_two : modules[i].since;

	/* A name that tells no version may be any: the probe will say. */
	return v->language_parts < 2 || v->language[1] >= since;
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

/* What the interpreter answers, while it does. */
struct answers {
	const char *tree_path;
	struct probe_report *report;
	char *foreign;	    /* a libpython from elsewhere; NULL: none */
	struct strvec said; /* lines that are no answers: why it cannot go on */
};

static void
answers_reset(struct answers *a)
{
	free(a->foreign);
	strvec_reset(&a->said);
}

static void
take_library(struct answers *a, struct str text)
{
	cleanup_free char *path = mem_strndup(text.p, text.n);

	if (!a->foreign && !path_is_below(path, a->tree_path))
		a->foreign = steal_ptr(&path);
}

static void
take_compiled(struct probe_report *report, struct str text)
{
	struct str magic;
	struct str tag;

	if (report->magic || !str_word(&text, &magic) || !str_word(&text, &tag))
		return;
	report->magic = mem_strndup(magic.p, magic.n);
	report->tag = mem_strndup(tag.p, tag.n);
}

static bool
take_module(struct probe_report *report, struct str word, struct str rest)
{
	struct str import;
	const char *name;

	if (!str_word(&rest, &import) || !(name = module_name(import)))
		return false;
	if (str_eq_text(word, "ok")) {
		strvec_add(&report->works, name);
		return true;
	}
	if (!str_eq_text(word, "no"))
		return false;
	strvec_add(&report->missing, name);
	strvec_add_str(&report->reasons, str_trim(rest));
	return true;
}

/* Each once, and only those that we know: what else it says is not ours. */
static bool
take_fact(struct probe_report *report, struct str text)
{
	struct str name;

	if (!str_word(&text, &name))
		return false;
	for (size_t i = 0; probe_fact_names[i]; i++) {
		struct str value = str_trim(text);

		if (!str_eq_text(name, probe_fact_names[i]))
			continue;
		if (value.n && !probe_fact(report, probe_fact_names[i]))
			strvec_printf(&report->facts, "%s=%.*s", probe_fact_names[i],
				      STR_ARG(value));
		return true;
	}
	return false;
}

static void
take_line(void *ctx, const char *line)
{
	struct answers *a = ctx;
	struct str rest = str_from(line);
	struct str word;

	if (!str_word(&rest, &word))
		return;
	rest = str_trim(rest);
	if (str_eq_text(word, "python")) {
		free(a->report->python);
		a->report->python = mem_strndup(rest.p, rest.n);
	} else if (str_eq_text(word, "compiles")) {
		take_compiled(a->report, rest);
	} else if (str_eq_text(word, "lib")) {
		take_library(a, rest);
	} else if (!(str_eq_text(word, "fact") && take_fact(a->report, rest)) &&
		   !take_module(a->report, word, rest) && a->said.count < PROBE_SAID_MAX) {
		strvec_add(&a->said, line);
	}
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
	  const struct env *env, struct answers *answers, int *ret_status, struct err *err)
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
	spec.on_line = take_line;
	spec.ctx = answers;
	return proc_run(&spec, ret_status, err);
}

static int
no_answer(const struct answers *answers, int status, struct err *err)
{
	(void)err_set(err, ERR_FAILED, "its python does not work: it ended with status %d", status);
	for (size_t i = 0; i < answers->said.count; i++)
		(void)err_detail(err, "it says", "%s", answers->said.items[i]);
	return -1;
}

int
probe_python(const struct dir *tree, const char *executable, const struct version *version,
	     const struct env *env, struct probe_report *ret_report, struct err *err)
{
	/* The kernel's maps tell real paths; the root may be behind a link. */
	cleanup_free char *real = realpath(tree->path, NULL);
	cleanup_with(answers_reset) struct answers answers = { .tree_path =
								       real ? real : tree->path,
							       .report = ret_report };
	int status = 0;

	*ret_report = (struct probe_report){ 0 };
	if (run_probe(tree, executable, version, env, &answers, &status, err) < 0)
		return err_wrap(err, "its python does not start");
	if (answers.foreign)
		return err_set(err, ERR_FAILED, "its python loads %s instead of its own library",
			       answers.foreign);
	if (status != 0 || !ret_report->python)
		return no_answer(&answers, status, err);
	return refuse_needed(ret_report, err);
}

const char *
probe_fact(const struct probe_report *report, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < report->facts.count; i++)
		if (strncmp(report->facts.items[i], name, n) == 0 &&
		    report->facts.items[i][n] == '=')
			return report->facts.items[i] + n + 1;
	return NULL;
}

void
probe_report_reset(struct probe_report *report)
{
	free(report->python);
	free(report->magic);
	free(report->tag);
	strvec_reset(&report->works);
	strvec_reset(&report->missing);
	strvec_reset(&report->reasons);
	strvec_reset(&report->facts);
	*report = (struct probe_report){ 0 };
}
