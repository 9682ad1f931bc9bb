/* SPDX-License-Identifier: MIT */
/* A source tree becomes an installed tree: configure, make, make install. */
#include <config.h>

#include "supply/build.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "os/platform.h"
#include "supply/source_tree.h"

/* One child, and how its lines are counted. */
struct step {
	const struct build_spec *spec;
	const char *phase;
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
	proc.env = &spec->settings->env;
	proc.cwd = spec->source->path;
	proc.on_line = take_line;
	proc.ctx = step;
	if (proc_run(&proc, &status, err) < 0)
		return -1;
	*ret_ms = (uint64_t)(platform_now_ms() - start);
	if (status == 0)
		return 0;
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

static int
run_configure(const struct build_spec *spec, struct build_report *report, struct err *err)
{
	cleanup_strvec struct strvec argv = { 0 };
	struct step step = { .spec = spec,
			     .phase = "configure",
			     .counts = is_check,
			     .total = source_count_checks(spec->source) };

	configure_args(spec, &argv);
	report->configure_line = strvec_join(&argv, " ");
	return run_step(&step, &argv, &report->configure_ms, err);
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
expected_compilations(const struct build_spec *spec, struct err *err)
{
	char *argv[] = { spec->settings->make, "-n", NULL };
	struct proc_spec proc = PROC_SPEC_INIT;
	struct counting counting = { 0 };
	int status = 0;

	proc.argv = argv;
	proc.env = &spec->settings->env;
	proc.cwd = spec->source->path;
	proc.on_line = count_compilation;
	proc.ctx = &counting;
	return proc_run(&proc, &status, err) < 0 || status != 0 ? 0 : counting.count;
}

static int
run_make(const struct build_spec *spec, struct build_report *report, struct err *err)
{
	cleanup_strvec struct strvec argv = { 0 };
	struct step step = { .spec = spec, .phase = "make", .counts = is_compilation };

	step.total = expected_compilations(spec, err);
	if (err->code != ERR_NONE)
		return -1;
	strvec_add(&argv, spec->settings->make);
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
	*ret_report = (struct build_report){ 0 };
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
