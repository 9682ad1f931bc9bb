/* SPDX-License-Identifier: MIT */
/* A source tree becomes an installed tree: configure, make, make install. */
#include <config.h>

#include "supply/build.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "os/platform.h"
#include "supply/answers.h"
#include "supply/source_tree.h"

/* One child, and how its lines are counted. */
struct step {
	const struct build_spec *spec;
	const char *phase;
	const struct env *env; /* NULL: the settings' */
	bool (*counts)(struct str line);
	uint64_t done;
	uint64_t total; /* expected; 0: unknown */
};

static void
take_line(void *ctx, const char *line)
{
	struct step *step = ctx;

	build_log_line(step->spec->log, line);
	event_line(step->spec->events, step->spec->subject, line);
	if (!step->counts(str_from(line)))
		return;
	step->done++;
	/* Totals are what the source makes us expect. When it turns out to be
	 * more, the truth is that we do not know. */
	event_progress(step->spec->events, step->spec->subject, step->phase, EVENT_UNIT_ITEMS,
		       step->done, step->done > step->total ? 0 : step->total);
}

static int
run_step(struct step *step, const struct strvec *argv, uint64_t *ret_ms, struct err *err)
{
	const struct build_spec *spec = step->spec;
	struct proc_spec proc = PROC_SPEC_INIT;
	int64_t start = platform_now_ms();
	int status = 0;

	event_phase(spec->events, spec->subject, step->phase, NULL);
	build_log_phase(spec->log, step->phase, argv->items);
	proc.argv = argv->items;
	proc.env = step->env ? step->env : &spec->settings->env;
	proc.cwd = spec->source->path;
	proc.nice = spec->settings->nice;
	proc.alone = spec->settings->alone;
	proc.on_line = take_line;
	proc.ctx = step;
	if (proc_run(&proc, &status, err) < 0)
		return -1;
	*ret_ms = (uint64_t)(platform_now_ms() - start);
	if (status == 0)
		return 0;
	/* What configure tried and got is in its own log. */
	if (strcmp(step->phase, "configure") == 0)
		build_log_more(spec->log, spec->source, "config.log", "## Cache variables");
	(void)err_set(err, ERR_FAILED, "%s failed with status %d", step->phase, status);
	return build_log_explain(spec->log, step->phase, err);
}

static bool
has_word(const struct strvec *words, const char *start)
{
	for (size_t i = 0; i < words->count; i++) {
		if (str_starts(str_from(words->items[i]), str_from(start)))
			return true;
	}
	return false;
}

/* The rpath of a shared build (build.h says why so). */
static void
add_rpath(const struct build_spec *spec, struct strvec *argv)
{
#ifdef __linux__
	const char *variable = source_mentions(spec->source, "Makefile.pre.in", "LDFLAGS_NODIST")
				       ? "LDFLAGS_NODIST"
				       : "LDFLAGS";
	const char *given = env_get(&spec->settings->env, variable);

	strvec_printf(argv, "%s=%s%s-Wl,-rpath,%s/lib,--enable-new-dtags", variable,
		      given ? given : "", given && *given ? " " : "", spec->prefix);
#else
	/* Mach-O libraries carry their own absolute place. */
	(void)spec;
	(void)argv;
#endif
}

static void
configure_args(const struct build_spec *spec, struct strvec *argv)
{
	const struct strvec *own = &spec->settings->configure_words;
	const struct version *v = spec->version;
	bool is_shared = !has_word(own, "--disable-shared") &&
			 !has_word(own, "--enable-framework") &&
			 !has_word(own, "--enable-shared=no");

	strvec_add(argv, "./configure");
	strvec_printf(argv, "--prefix=%s", spec->prefix);
	/* Some systems' site files would choose lib64, where Python's own path
	 * search does not look. */
	strvec_printf(argv, "--libdir=%s/lib", spec->prefix);
	if (is_shared)
		strvec_add(argv, "--enable-shared");
#ifdef __linux__
	/* What every Linux distribution chose, and binary packages expect. */
	if (v->language[0] == 2 || (v->language[0] == 3 && v->language[1] <= 2))
		strvec_add(argv, "--enable-unicode=ucs4");
#endif
	if (v->free_threaded)
		strvec_add(argv, "--disable-gil");
	if (v->debug)
		strvec_add(argv, "--with-pydebug");
	strvec_add_all(argv, own->items);
	if (is_shared)
		add_rpath(spec, argv);
}

/* What the compilers see, for configure and make: ccache by the compilers' names, and a
 * time for __DATE__ that is the source's. `make install` must not have the latter: it
 * would make .pyc files that are checked against the source each time they are loaded. */
static void
build_env(const struct build_spec *spec, struct env *ret)
{
	const struct env *given = &spec->settings->env;
	struct stat st;

	*ret = (struct env){ 0 };
	strvec_add_all(&ret->vars, given->vars.items);
	if (spec->masks) {
		cleanup_free char *path = mem_printf("%s:%s", spec->masks, env_get(given, "PATH"));

		env_set(ret, "PATH", path);
		/* Every build has a folder of its own, whose name must not make another
		 * compilation of it. */
		if (!env_get(given, "CCACHE_BASEDIR"))
			env_set(ret, "CCACHE_BASEDIR", spec->source->path);
		if (!env_get(given, "CCACHE_HASHDIR"))
			env_set(ret, "CCACHE_NOHASHDIR", "true");
	}
	if (!env_get(given, "SOURCE_DATE_EPOCH") &&
	    fstatat(spec->source->fd, "configure", &st, AT_SYMLINK_NOFOLLOW) == 0) {
		cleanup_free char *epoch = mem_printf("%jd", (intmax_t)st.st_mtime);

		env_set(ret, "SOURCE_DATE_EPOCH", epoch);
	}
}

static bool
is_check(struct str line)
{
	return str_starts(line, STR_LIT("checking "));
}

static bool
is_compilation(struct str line)
{
	struct str word;

	while (str_word(&line, &word)) {
		if (str_eq_text(word, "-c"))
			return true;
	}
	return false;
}

static bool
is_installed_file(struct str line)
{
	struct str word;

	if (str_starts(line, STR_LIT("Compiling ")))
		return true;
	return str_word(&line, &word) && str_ends(word, STR_LIT("install"));
}

/* The file beside the source that a patch is read from. */
#define PATCH_FILE "pyvern.patch"

static bool
is_patched_file(struct str line)
{
	return str_starts(line, STR_LIT("patching file "));
}

/* By patch(1), which knows every dialect of diff and refuses names that lead out of
 * the source. With git's names the first folder (a/, b/) is not the source's. */
static int
run_patch(const struct build_spec *spec, struct err *err)
{
	cleanup_strvec struct strvec argv = { 0 };
	struct step step = { .spec = spec, .phase = "patch", .counts = is_patched_file };
	uint64_t ms;
	int result;

	if (!spec->patch)
		return 0;
	if (fs_create_file(spec->source, PATCH_FILE, str_from(spec->patch), 0600, err) < 0)
		return -1;
	strvec_add(&argv, spec->settings->patch);
	strvec_add(&argv, strstr(spec->patch, "diff --git a/") ? "-p1" : "-p0");
	strvec_add(&argv, "--force");
	strvec_add(&argv, "--input=" PATCH_FILE);
	result = run_step(&step, &argv, &ms, err);
	(void)unlinkat(spec->source->fd, PATCH_FILE, 0);
	return result < 0 ? err_wrap(err, "the patch does not apply") : 0;
}

/* The answers that are kept for this configure; KEY is empty where none can be. */
static void
find_answers(const struct build_spec *spec, const struct strvec *argv, char key[DIGEST_HEX_SIZE],
	     char **ret_site)
{
	const struct build_settings *settings = spec->settings;
	const struct answers_question question = { .env = &settings->env,
						   .compiler = settings->compiler,
						   .compiler_version = settings->compiler_version,
						   .configure = argv,
						   .source = spec->digest,
						   .patch = spec->patch };
	cleanup_err struct err ignored = { 0 };

	key[0] = '\0';
	*ret_site = NULL;
	if (settings->is_fresh || !spec->digest || env_get(&settings->env, "CONFIG_SITE") ||
	    answers_key(&question, key, &ignored) < 0)
		return;
	*ret_site = answers_site(spec->layout, key);
}

static void
configure_env(const struct build_spec *spec, const char *site, struct env *ret)
{
	build_env(spec, ret);
	if (site)
		env_set(ret, "CONFIG_SITE", site);
	if (spec->settings->dash)
		env_set(ret, "CONFIG_SHELL", spec->settings->dash);
}

static int
run_configure(const struct build_spec *spec, struct build_report *report, struct err *err)
{
	cleanup_strvec struct strvec argv = { 0 };
	cleanup_strvec struct strvec command = { 0 };
	cleanup_env struct env env = { 0 };
	cleanup_free char *site = NULL;
	cleanup_err struct err ignored = { 0 };
	char key[DIGEST_HEX_SIZE];
	struct step step = { .spec = spec,
			     .phase = "configure",
			     .env = &env,
			     .counts = is_check,
			     .total = source_count_checks(spec->source) };

	configure_args(spec, &argv);
	report->configure_line = strvec_join(&argv, " ");
	find_answers(spec, &argv, key, &site);
	report->knew_answers = site != NULL;
	configure_env(spec, site, &env);
	if (spec->settings->dash)
		strvec_add(&command, spec->settings->dash);
	strvec_add_all(&command, argv.items);
	if (run_step(&step, &command, &report->configure_ms, err) < 0)
		return -1;
	/* Kept or not, this build has its own. */
	if (*key && !site && answers_keep(spec->layout, key, spec->source, &ignored) < 0)
		event_note(spec->events, spec->subject, "%s", ignored.message);
	return 0;
}

struct counting {
	uint64_t count;
};

static void
count_compilation(void *ctx, const char *line)
{
	struct counting *counting = ctx;

	counting->count += is_compilation(str_from(line));
}

/* Compilations that `make` is going to do; 0 when it cannot tell. */
static uint64_t
expected_compilations(const struct build_spec *spec, const struct env *env, struct err *err)
{
	char *argv[] = { spec->settings->make, "-n", NULL };
	struct proc_spec proc = PROC_SPEC_INIT;
	struct counting counting = { 0 };
	int status = 0;

	proc.argv = argv;
	proc.env = env;
	proc.cwd = spec->source->path;
	proc.on_line = count_compilation;
	proc.ctx = &counting;
	return proc_run(&proc, &status, err) < 0 || status != 0 ? 0 : counting.count;
}

static int
run_make(const struct build_spec *spec, struct build_report *report, struct err *err)
{
	cleanup_strvec struct strvec argv = { 0 };
	cleanup_env struct env env = { 0 };
	struct step step = { .spec = spec, .phase = "make", .env = &env, .counts = is_compilation };

	build_env(spec, &env);
	step.total = expected_compilations(spec, &env, err);
	if (err->code != ERR_NONE)
		return -1;
	strvec_add(&argv, spec->settings->make);
	/* After what configure chose, and not for extensions that are built later. */
	report->no_debug_info = spec->settings->without_debug_info &&
				source_mentions(spec->source, "Makefile.pre.in", "CFLAGS_NODIST");
	if (report->no_debug_info)
		strvec_add(&argv, "CFLAGS_NODIST=-g0");
	strvec_add_all(&argv, spec->settings->make_words.items);
	return run_step(&step, &argv, &report->make_ms, err);
}

static int
run_install(const struct build_spec *spec, struct build_report *report, struct err *err)
{
	cleanup_strvec struct strvec argv = { 0 };
	struct step step = { .spec = spec,
			     .phase = "make install",
			     .counts = is_installed_file,
			     .total = source_count_files(spec->source) };

	strvec_add(&argv, spec->settings->make);
	strvec_add(&argv, "install");
	strvec_printf(&argv, "DESTDIR=%s", spec->dest);
	strvec_add(&argv, "ENSUREPIP=no");
	strvec_add_all(&argv, spec->settings->install_words.items);
	return run_step(&step, &argv, &report->install_ms, err);
}

int
build_run(const struct build_spec *spec, struct build_report *ret_report, struct err *err)
{
	*ret_report =
		(struct build_report){ .had_ccache = spec->masks != NULL,
				       .no_tests = spec->settings->without_tests,
				       .was_alone = spec->settings->alone && proc_can_be_alone() };
	if (run_patch(spec, err) < 0 || run_configure(spec, ret_report, err) < 0 ||
	    run_make(spec, ret_report, err) < 0 || run_install(spec, ret_report, err) < 0) {
		build_report_reset(ret_report);
		return -1;
	}
	return 0;
}

void
build_report_reset(struct build_report *report)
{
	free(report->configure_line);
	*report = (struct build_report){ 0 };
}
