/* SPDX-License-Identifier: MIT */
/* pyvern repair: environments whose Python is gone. */
#include <config.h>

#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/shell.h"
#include "cmd/environment.h"
#include "cmd/venvs.h"
#include "core/plugins.h"
#include "os/proc.h"
#include "os/sig.h"
#include "venv/python2.h"
#include "venv/rebind.h"

/* Seconds that a Python has to say what it is, and that pip has to look. */
#define PYTHON_TIMEOUT_S 30
#define PIP_TIMEOUT_S 120
/* 64 KiB: a path and a version; what pip complains of. */
#define ANSWER_MAX ((size_t)64 * 1024)

/* One environment to look at. */
struct patient {
	const char *shown;  /* as the user named it */
	const char *folder; /* absolute */
	bool is_ours;	    /* what is in it may be run */
	struct dir tree;
	struct env_look look;
	struct rebind_plan plan;
};
#define PATIENT_INIT             \
	{                        \
		.tree = DIR_INIT \
	}

static void
patient_reset(struct patient *patient)
{
	dir_reset(&patient->tree);
	env_look_reset(&patient->look);
	rebind_plan_reset(&patient->plan);
}
#define cleanup_patient cleanup_with(patient_reset)

/* The installed versions of the kind that is wanted, the newest first: "3.13.5, 3.12.11". */
static char *
installed(const struct store *store)
{
	cleanup_entries struct entries entries = { 0 };
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (store_list(store, 0, &entries, &ignored) < 0)
		return NULL;
	for (size_t i = entries.count; i-- > 0;) {
		struct version version;

		if (version_parse(str_from(entries.items[i].name), &version) && version.family.n)
			strvec_add(&names, entries.items[i].name);
	}
	return names.count ? strvec_join(&names, ", ") : NULL;
}

static int
cannot(const struct store *store, const struct patient *patient, struct err *err)
{
	cleanup_free char *wanted = rebind_wanted(&patient->tree, &patient->look);
	cleanup_free char *has = installed(store);
	cleanup_free char *word = shell_word(patient->shown);
	cleanup_free char *version = wanted ? shell_word(wanted) : NULL;

	if (err->code != ERR_NOT_INSTALLED) {
		err_wrap(err, "%s cannot be repaired", patient->shown);
		return err_detail(err, "to fix", "pyvern venv -p VERSION DIR makes another one");
	}
	err_reset(err);
	err_set(err, ERR_NOT_INSTALLED,
		"%s cannot be repaired: its packages are built for %s, and no %s is installed",
		patient->shown, wanted, wanted);
	if (has)
		err_detail(err, "has", "%s", has);
	return err_detail(err, "to fix", "pyvern install %s && pyvern repair %s", version, word);
}

/* Run the environment's Python with ARGS, isolated from what would lead it astray. 2.7 has
 * other words for that. */
static int
run_python(const struct patient *patient, char *const *args, unsigned timeout_s, struct buf *ret,
	   int *ret_status, struct err *err)
{
	cleanup_free char *python = path_join(patient->folder, "bin/python", NULL);
	cleanup_strvec struct strvec argv = { 0 };
	cleanup_env struct env env = { 0 };
	struct proc_spec spec = PROC_SPEC_INIT;

	env_copy(&env);
	env_unset(&env, "PYTHONHOME");
	env_unset(&env, "PYTHONPATH");
	env_unset(&env, "__PYVENV_LAUNCHER__");
	env_set(&env, "PIP_DISABLE_PIP_VERSION_CHECK", "1");
	strvec_take(&argv, steal_ptr(&python));
	if (python2_is_made(&patient->tree)) {
		strvec_add(&argv, "-E");
		strvec_add(&argv, "-s");
	} else {
		strvec_add(&argv, "-I");
	}
	strvec_add_all(&argv, args);
	spec.argv = argv.items;
	spec.env = &env;
	spec.cwd = "/";
	spec.timeout_s = timeout_s;
	return proc_capture(&spec, ret, ret_status, err);
}

/* What is in an environment that is not the user's is not run: then only the Python. */
static int
try_python(const struct patient *patient, struct err *err)
{
	char *const ours[] = { "-c", "import sys; print(sys.prefix)", NULL };
	char *const others[] = { "-S", "-c", "import sys; print(sys.prefix)", NULL };
	cleanup_buf struct buf said = BUF_INIT(ANSWER_MAX);
	cleanup_free char *prefix = NULL;
	struct str answer;
	int status;

	if (run_python(patient, patient->is_ours ? ours : others, PYTHON_TIMEOUT_S, &said, &status,
		       err) < 0)
		return -1;
	answer = str_trim(buf_str(&said));
	prefix = mem_strndup(answer.p, answer.n);
	if (status == 0 && (!patient->is_ours || fs_same_folder(prefix, patient->folder)))
		return 0;
	if (status == 0)
		return err_set(err, ERR_FAILED, "its python takes %s for its place", prefix);
	return err_set(err, ERR_FAILED, "its python ends with %d", status);
}

static bool
has_pip(const struct patient *patient)
{
	static const char *const stems[] = { "python", "pypy" };

	for (size_t i = 0; patient->look.language && i < sizeof(stems) / sizeof(*stems); i++) {
		cleanup_free char *path = mem_printf("lib/%s%s/site-packages/pip/__init__.py",
						     stems[i], patient->look.language);

		if (fs_exists_at(&patient->tree, path))
			return true;
	}
	return false;
}

/* Does it work now? */
static int
test(const struct context *ctx, const struct patient *patient, struct err *err)
{
	char *const check[] = { "-m", "pip", "check", NULL };
	cleanup_buf struct buf said = BUF_INIT(ANSWER_MAX);
	struct str rest;
	struct str line;
	int status;

	if (try_python(patient, err) < 0) {
		err_wrap(err, "%s is bound to %s, and does not work", patient->shown,
			 patient->plan.python);
		return err_detail(err, "to fix", "pyvern venv -p VERSION DIR makes another one");
	}
	if (!patient->is_ours) {
		out_detail(ctx->out, "tested",
			   "python starts; pip was not asked, as this is not trusted");
		return 0;
	}
	if (!has_pip(patient)) {
		out_detail(ctx->out, "tested", "python starts");
		return 0;
	}
	if (run_python(patient, check, PIP_TIMEOUT_S, &said, &status, err) < 0)
		return err_wrap(err, "%s is repaired, and pip cannot be asked", patient->shown);
	if (status == 0) {
		out_detail(ctx->out, "tested", "python starts, pip finds nothing missing");
		return 0;
	}
	out_detail(ctx->out, "tested", "python starts, pip finds something missing:");
	rest = buf_str(&said);
	while (str_line(&rest, &line))
		out_detail(ctx->out, "pip", "%.*s", STR_ARG(line));
	return 0;
}

static void
say_bound(const struct context *ctx, const struct patient *patient)
{
	const struct rebind_plan *plan = &patient->plan;
	size_t packages = rebind_packages(&patient->tree);
	const char *was = patient->look.version ? patient->look.version : "unknown";

	out_fact(ctx->out, '~', patient->shown, "%s -> %s%s%s   %zu package%s %s", was,
		 plan->version, plan->follows ? ", follows " : "",
		 plan->follows ? plan->follows : "", packages, packages == 1 ? "" : "s",
		 options_has(ctx->options, "dry-run") ? "would be kept" : "kept");
}

static int
repair(const struct context *ctx, const struct store *store, struct patient *patient,
       struct err *err)
{
	cleanup_free char *problem = NULL;

	if (fs_open_dir(patient->folder, &patient->tree, err) < 0)
		return -1;
	if (!env_look(&patient->tree, &patient->look))
		return err_set(err, ERR_FAILED, "%s is no environment", patient->shown);
	if (!patient->look.problem) {
		out_fact(ctx->out, '=', patient->shown, "Python %s, nothing to repair",
			 patient->look.version ? patient->look.version : "unknown");
		return 0;
	}
	if (rebind_choose(store, &patient->tree, &patient->look, &patient->plan, err) < 0)
		return cannot(store, patient, err);
	problem = layout_show(ctx->layout, patient->look.base);
	if (patient->look.base_is_gone)
		out_detail(ctx->out, "because", "its base %s is gone", problem);
	else
		out_detail(ctx->out, "because", "%s", patient->look.problem);
	if (options_has(ctx->options, "dry-run")) {
		say_bound(ctx, patient);
		return 0;
	}
	if (rebind(&patient->tree, &patient->plan, err) < 0)
		return err_wrap(err, "cannot repair %s", patient->shown);
	registry_rebound(store, patient->folder, out_events(ctx->out));
	say_bound(ctx, patient);
	return test(ctx, patient, err);
}

static bool
is_trusted(const struct venv_row *row)
{
	return row->name || row->is_ours;
}

/* All that are broken; one that cannot be repaired does not stop the others. */
static int
repair_all(const struct context *ctx, const struct store *store, const struct venv_rows *rows,
	   struct err *err)
{
	struct err first = { 0 };
	size_t count = 0;

	for (size_t i = 0; i < rows->count; i++) {
		const struct venv_row *row = &rows->items[i];
		cleanup_free char *shown =
			row->name ? mem_strdup(row->name) : layout_show(ctx->layout, row->path);
		cleanup_patient struct patient patient = PATIENT_INIT;
		cleanup_err struct err failed = { 0 };

		if (row->is_away || !row->look.problem)
			continue;
		count++;
		patient.shown = shown;
		patient.folder = row->folder;
		patient.is_ours = is_trusted(row);
		if (repair(ctx, store, &patient, &failed) == 0)
			continue;
		if (failed.code == ERR_INTERRUPTED || first.code == ERR_NONE) {
			err_reset(&first);
			first = failed;
			failed = (struct err){ 0 };
		} else {
			out_error(ctx->out, &failed);
		}
		if (first.code == ERR_INTERRUPTED)
			break;
	}
	if (count == 0)
		out_note(ctx->out, "no environment that is known is broken");
	*err = first;
	return first.code == ERR_NONE ? 0 : -1;
}

static bool
is_env(const char *path)
{
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_env_look struct env_look look = { 0 };
	cleanup_err struct err ignored = { 0 };

	return fs_open_dir(path, &tree, &ignored) == 0 && env_look(&tree, &look);
}

/* Versions that are asked for are the business of another program: it unpacks and downloads. */
static int
repair_versions(const struct context *ctx, const struct strvec *versions, int *ret_status,
		struct err *err)
{
	static const char *const options[] = { "rebuild", "offline", "dry-run", "json", "quiet" };
	cleanup_strvec struct strvec args = { 0 };

	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		if (options_has(ctx->options, options[i]))
			strvec_printf(&args, "--%s", options[i]);
	strvec_add(&args, "--");
	strvec_add_all(&args, versions->items);
	out_flush(ctx->out);
	return plugin_run(ctx->layout, "repair-version", args.items, ret_status, err);
}

/* Is WORD an environment? *RET_PATH, its path, is owned by the caller. */
static int
find_env(const struct context *ctx, const struct venv_rows *rows, const char *word,
	 const struct venv_row **ret_row, char **ret_path, bool *ret_is, struct err *err)
{
	if (environment_path(ctx, word, ret_path, err) < 0)
		return -1;
	*ret_row = venvs_find(rows, word, *ret_path);
	*ret_is = *ret_row || is_env(*ret_path);
	return 0;
}

static int
repair_env(const struct context *ctx, const struct store *store, const struct venv_rows *rows,
	   const char *word, struct err *err)
{
	cleanup_patient struct patient patient = PATIENT_INIT;
	cleanup_free char *path = NULL;
	const struct venv_row *row;
	bool is_one;

	if (find_env(ctx, rows, word, &row, &path, &is_one, err) < 0)
		return -1;
	patient.shown = word;
	patient.folder = row ? row->folder : path;
	patient.is_ours = row && is_trusted(row);
	return repair(ctx, store, &patient, err);
}

/* What of WORDS are environments, and the names of those that are versions. All are looked at
 * before anything is changed. */
static int
sort_words(const struct context *ctx, const struct store *store, const struct venv_rows *rows,
	   struct strvec *ret_envs, struct strvec *ret_versions, struct err *err)
{
	const struct strvec *args = &ctx->options->args;

	for (size_t i = 0; i < args->count; i++) {
		const char *word = args->items[i];
		cleanup_free char *path = NULL;
		cleanup_free char *version = NULL;
		const struct venv_row *row;
		bool is_one;

		if (find_env(ctx, rows, word, &row, &path, &is_one, err) < 0)
			return -1;
		if (is_one) {
			strvec_add(ret_envs, word);
			continue;
		}
		version = store_find(store, word);
		if (!version) {
			err_set(err, ERR_NOT_INSTALLED,
				"%s is no environment, and no installed version", word);
			return err_detail(err, "to fix", "pyvern venvs, or pyvern versions");
		}
		strvec_add(ret_versions, version);
	}
	return 0;
}

/* Options that say nothing of environments, or cannot be for both. */
static int
check_options(const struct context *ctx, const struct strvec *envs, const struct strvec *versions,
	      struct err *err)
{
	bool json = options_has(ctx->options, "json");
	const char *only = options_has(ctx->options, "rebuild")	  ? "rebuild"
			   : options_has(ctx->options, "offline") ? "offline"
								  : NULL;

	if (json && (envs->count || !versions->count))
		only = "json";
	else if (versions->count)
		only = NULL;
	return only ? err_set(err, ERR_USAGE, "repair: --%s is for versions", only) : 0;
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	bool all = options_has(ctx->options, "all");
	cleanup_store struct store store = STORE_INIT;
	cleanup_venv_rows struct venv_rows rows = { 0 };
	cleanup_strvec struct strvec envs = { 0 };
	cleanup_strvec struct strvec versions = { 0 };

	if (all == (args->count > 0)) {
		err_set(err, ERR_USAGE, "repair: which environments, or versions?");
		return err_detail(
			err, "to fix",
			"pyvern repair DIR, pyvern repair VERSION, or pyvern repair --all");
	}
	sig_install();
	if (store_open(ctx->layout, &store, err) < 0 ||
	    venvs_collect(ctx, &store, &rows, err) < 0 ||
	    sort_words(ctx, &store, &rows, &envs, &versions, err) < 0 ||
	    check_options(ctx, &envs, &versions, err) < 0)
		return -1;
	if (all)
		return repair_all(ctx, &store, &rows, err);
	for (size_t i = 0; i < envs.count; i++)
		if (repair_env(ctx, &store, &rows, envs.items[i], err) < 0)
			return -1;
	return versions.count ? repair_versions(ctx, &versions, ret_status, err) : 0;
}

static const struct option_spec options[] = {
	{ .name = "all", .letter = 'a', .help = "all that `pyvern venvs` calls broken" },
	{ .name = "rebuild", .help = "build a version again that was built here" },
	{ .name = "offline", .help = "for a version: use the cache only" },
	{ .name = "dry-run", .letter = 'n', .help = "only show what would be done" },
	{ .name = "json", .help = "print what became of a version's files as JSON" },
	{ .name = "quiet", .letter = 'q', .help = "only show what needs you" },
	{ 0 },
};

const struct command command_repair = {
	.name = "repair",
	.summary = "Mend environments whose Python is gone, and damaged versions",
	.usage = "ENVIRONMENT|VERSION...",
	.rest = { OPERAND_INSTALLED_OR_FOLDER },
	.options = options,
	.help = "ENVIRONMENT is a folder or a name. It gets a Python that its packages fit: of "
		"the\n"
		"same series, implementation and kind. A minor that we keep an alias for is\n"
		"followed from then on. Packages stay as they are.\n"
		"\n"
		"Of an installed VERSION, files that are not as they were installed (pyvern "
		"verify)\n"
		"are put back, and only those.",
	.run = run,
};
