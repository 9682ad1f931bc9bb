/* SPDX-License-Identifier: MIT */
/* pyvern venvs move, clone, rename: environments at other places. */
#include <config.h>

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/shell.h"
#include "cmd/environment.h"
#include "cmd/venvs.h"
#include "core/pinfile.h"
#include "core/shims.h"
#include "os/sig.h"
#include "venv/create.h"
#include "venv/duplicate.h"
#include "venv/named.h"

/* The environment that a word means. */
struct subject {
	const struct venv_row *row; /* NULL: nobody knows it */
	char *folder;
};

static void
subject_reset(struct subject *subject)
{
	free(subject->folder);
}
#define cleanup_subject cleanup_with(subject_reset)

static bool
is_env(const char *path)
{
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_env_look struct env_look look = { 0 };
	cleanup_err struct err ignored = { 0 };

	return fs_open_dir(path, &tree, &ignored) == 0 && env_look(&tree, &look);
}

static int
find(const struct context *ctx, const struct venv_rows *rows, const char *word, struct subject *ret,
     struct err *err)
{
	cleanup_free char *path = NULL;

	if (environment_path(ctx, word, &path, err) < 0)
		return -1;
	ret->row = venvs_find(rows, word, path);
	if (!ret->row && !is_env(path)) {
		err_set(err, ERR_NOT_INSTALLED, "%s is no environment", word);
		return err_detail(err, "to fix", "pyvern venvs");
	}
	ret->folder = mem_strdup(ret->row ? ret->row->folder : path);
	if (!is_env(ret->folder)) {
		err_set(err, ERR_FAILED, "%s is none of venv's or virtualenv's", word);
		return err_detail(err, "to fix", "conda create --clone, for one of conda's");
	}
	return 0;
}

/* SUBJECT is "now" or "like" WHAT. */
static void
say(const struct context *ctx, char mark, const char *subject, const char *is, const char *what,
    const struct readdress_report *report)
{
	cleanup_free char *shown = layout_show(ctx->layout, what);

	out_fact(ctx->out, mark, subject, "%s %s   %zu file%s changed", is, shown,
		 report->changed.count, report->changed.count == 1 ? "" : "s");
	for (size_t i = 0; i < report->anew.count; i++)
		out_fact(ctx->out, '!', report->anew.items[i],
			 "is written anew: what was added to it is lost");
	for (size_t i = 0; i < report->left.count; i++)
		out_fact(ctx->out, '!', report->left.items[i], "names the old place still");
}

static void
warn_if_active(const struct context *ctx, const struct subject *subject, const char *word)
{
	const char *entered = getenv("VIRTUAL_ENV");

	if (!entered || !*entered || !fs_same_folder(entered, subject->folder))
		return;
	out_fact(ctx->out, '!', word, "is active in this shell, by its old place");
	out_detail(ctx->out, "to fix", "deactivate, and activate it anew");
}

static int
no_version(const struct store *store, const struct venv_row *row, const char *version,
	   const char *new, struct err *err)
{
	cleanup_free char *name = shell_word(row->name);
	cleanup_free char *series = shell_word(new);
	const char *on = row->follows ? row->follows : row->version;

	if (version && row->version) {
		err_set(err, ERR_FAILED, "%s is on %s, and not on %s", row->name, row->version,
			version);
		return err_detail(err, "to fix", "pyvern virtualenv %s NAME makes another one",
				  series);
	}
	err_set(err, ERR_USAGE, "%s is a named environment, whose place is its name's", row->name);
	if (on && path_is_below(row->folder, store->versions.path))
		return err_detail(err, "to fix",
				  "pyvern venvs rename %s NEW, or clone; pyvern venvs move %s %s "
				  "has its folder beside its Python",
				  name, name, on);
	return err_detail(err, "to fix", "pyvern venvs rename %s NEW, or clone", name);
}

/* The locks of both versions, in the order that everybody takes them in; one where both are
 * one. */
static int
lock_both(const struct store *store, const char *one, const char *two, const struct events *events,
	  struct stage ret[2], struct err *err)
{
	struct str a = { one, str_find(str_from(one), '/') };
	struct str b = { two, str_find(str_from(two), '/') };
	bool swap = strcmp(one, two) > 0;

	if (store_begin_env(store, swap ? two : one, events, &ret[0], err) < 0)
		return -1;
	if (str_eq(a, b))
		return 0;
	return store_begin_env(store, swap ? one : two, events, &ret[1], err);
}

/* The folder goes, and then the link, which leads nowhere in between: the same again, which
 * finds the folder there, finishes what was cut short. */
static int
move_beside(const struct store *store, const struct venv_row *row, const struct named_place *place,
	    const struct events *events, struct readdress_report *report, char **ret_left,
	    struct err *err)
{
	const char *old = row->folder + strlen(store->versions.path) + 1;
	struct stage stages[2] = { STAGE_INIT, STAGE_INIT };
	struct str holder = path_dir(place->path);
	cleanup_free char *path = mem_strndup(holder.p, holder.n);
	cleanup_dirfd struct dir made = DIR_INIT;
	int status = lock_both(store, old, place->name, events, stages, err);

	if (status == 0 && strcmp(row->folder, place->path) != 0 &&
	    (fs_make_dirs(path, 0777, &made, err) < 0 ||
	     duplicate_move(row->folder, place->path, report, ret_left, err) < 0))
		status = -1;
	if (status == 0)
		status = fs_write_link(&store->versions, place->link, place->path, err);
	stage_reset(&stages[1]);
	stage_reset(&stages[0]);
	return status;
}

/* Does the name lead there? Not where a move was cut short. */
static bool
has_name(const struct store *store, const struct named_place *place)
{
	cleanup_free char *link = fs_read_link(&store->versions, place->link);

	return link && strcmp(link, place->path) == 0;
}

/* A named environment that follows a series stays, on an upgrade, in the folder of the version
 * that it was made on. Here it goes into that of the version NEW, which it is on. */
static int
move_named(const struct context *ctx, const struct venv_row *row, const char *new, struct err *err)
{
	const struct events *events = out_events(ctx->out);
	cleanup_store struct store store = STORE_INIT;
	cleanup_named_place struct named_place place = { 0 };
	cleanup_readdress_report struct readdress_report report = { 0 };
	cleanup_free char *what = mem_printf("move %s", row->name);
	cleanup_free char *version = NULL;
	cleanup_free char *left = NULL;
	struct subject subject = { .row = row, .folder = row->folder };
	struct shims_result shims;

	if (store_open_writable(ctx->layout, what, &store, err) < 0)
		return -1;
	version = strchr(new, '/') ? NULL : store_find(&store, new);
	if (!version || !row->version || strcmp(version, row->version) != 0 ||
	    !path_is_below(row->folder, store.versions.path))
		return no_version(&store, row, version, new, err);
	named_place_of(&store, version, row->name, &place);
	if (!place.link || (strcmp(row->folder, place.path) == 0 && has_name(&store, &place))) {
		out_fact(ctx->out, '=', row->name, "is in %s already", version);
		return 0;
	}
	warn_if_active(ctx, &subject, row->name);
	if (move_beside(&store, row, &place, events, &report, &left, err) < 0)
		return -1;
	registry_move(&store, row->folder, place.path, events);
	say(ctx, '~', row->name, "now in", version, &report);
	if (left)
		out_fact(ctx->out, '!', "left", "%s: what of it cannot be removed", left);
	return shims_rehash(&store, events, &shims, err);
}

int
venvs_move(const struct context *ctx, const struct store *store, const struct venv_rows *rows,
	   const char *old, const char *new, struct err *err)
{
	cleanup_subject struct subject subject = { 0 };
	cleanup_readdress_report struct readdress_report report = { 0 };
	cleanup_free char *to = NULL;
	cleanup_free char *left = NULL;

	if (find(ctx, rows, old, &subject, err) < 0 || environment_path(ctx, new, &to, err) < 0)
		return -1;
	if (subject.row && subject.row->name)
		return move_named(ctx, subject.row, new, err);
	warn_if_active(ctx, &subject, old);
	if (duplicate_move(subject.folder, to, &report, &left, err) < 0)
		return -1;
	registry_move(store, subject.folder, to, out_events(ctx->out));
	say(ctx, '~', old, "now", to, &report);
	if (left)
		out_fact(ctx->out, '!', "left", "%s: what of it cannot be removed", left);
	return 0;
}

int
venvs_clone(const struct context *ctx, const struct store *store, const struct venv_rows *rows,
	    const char *old, const char *new, struct err *err)
{
	cleanup_subject struct subject subject = { 0 };
	cleanup_readdress_report struct readdress_report report = { 0 };
	cleanup_free char *to = NULL;
	bool is_ours;

	if (find(ctx, rows, old, &subject, err) < 0 || environment_path(ctx, new, &to, err) < 0 ||
	    duplicate(subject.folder, to, &report, err) < 0)
		return -1;
	/* What is in one that nobody trusts is no better in another. */
	is_ours = subject.row && (subject.row->name || subject.row->is_ours);
	registry_note(store, to, is_ours ? REGISTERED_MADE : REGISTERED_FOUND,
		      out_events(ctx->out));
	say(ctx, '+', new, "like", subject.folder, &report);
	return 0;
}

/* versions/V/envs/OLD -> versions/V/envs/NEW, or versions/OLD -> versions/NEW. */
struct renaming {
	const struct store *store;
	const char *old;
	const char *new;
	char *old_path; /* the folder */
	char *new_path;
	bool has_link; /* versions/OLD is a link to it */
};

static void
renaming_reset(struct renaming *r)
{
	free(r->old_path);
	free(r->new_path);
}

static int
check_new_name(const struct renaming *r, struct err *err)
{
	struct str name = str_from(r->new);
	const char *why = NULL;

	if (!version_name_ok(name) || strchr(r->new, '/') || r->new[0] == '.' || r->new[0] == '-')
		why = "it is no safe name";
	else if (strcmp(r->new, "system") == 0)
		why = "system is the system's Python";
	if (why) {
		err_set(err, ERR_USAGE, "an environment cannot be called %s: %s",
			*r->new ? r->new : "\"\"", why);
		return err_detail(err, "to fix", "another name");
	}
	if (fs_exists_at(&r->store->versions, r->new)) {
		cleanup_free char *path = store_path(r->store, r->new);

		err_set(err, ERR_PROTECTED, "%s exists already", r->new);
		err_detail(err, "is", "%s", path);
		return err_detail(err, "to fix", "another name");
	}
	return 0;
}

/* Where people see it: texts may name the link, too. */
static int
readdress_link(const struct renaming *r, struct readdress_report *report, struct err *err)
{
	cleanup_free char *old_link = store_path(r->store, r->old);
	cleanup_free char *new_link = store_path(r->store, r->new);
	cleanup_dirfd struct dir tree = DIR_INIT;

	if (fs_open_dir(r->new_path, &tree, err) < 0)
		return -1;
	return readdress(&tree, old_link, new_link, report, err);
}

/* The new link is there before the old one goes. */
static int
move_link(const struct renaming *r, struct err *err)
{
	if (!r->has_link)
		return 0;
	if (fs_write_link(&r->store->versions, r->new, r->new_path, err) < 0)
		return -1;
	if (unlinkat(r->store->versions.fd, r->old, 0) == 0)
		return 0;
	err_sys(err, "cannot remove %s/%s", r->store->versions.path, r->old);
	(void)unlinkat(r->store->versions.fd, r->new, 0);
	return -1;
}

static void
warn_of_pins(const struct context *ctx, const struct renaming *r)
{
	cleanup_strvec struct strvec paths = { 0 };

	registry_pins(r->store, &paths, out_events(ctx->out));
	for (size_t i = 0; i < paths.count; i++) {
		cleanup_free char *shown = layout_show(ctx->layout, paths.items[i]);
		struct pin pin;

		pinfile_read(
			AT_FDCWD, paths.items[i],
			pinfile_dialect(path_base(paths.items[i]), ctx->policy->reads_all_pins),
			&pin);
		for (size_t k = 0; pin.status == PIN_READ && k < pin.count; k++) {
			if (!str_eq_text(pin.words[k].text, r->old))
				continue;
			out_fact(ctx->out, '!', "pin", "%s asks for %s still", shown, r->old);
			out_detail(ctx->out, "to fix", "pyvern local %s", r->new);
		}
	}
}

static int
rename_it(const struct context *ctx, struct renaming *r, struct err *err)
{
	const struct events *events = out_events(ctx->out);
	cleanup_stage struct stage stage = STAGE_INIT;
	cleanup_readdress_report struct readdress_report report = { 0 };
	cleanup_free char *left = NULL;
	struct shims_result shims;

	/* Its lock, and the new name's maker's. */
	if (store_begin_env(r->store, r->old_path + strlen(r->store->versions.path) + 1, events,
			    &stage, err) < 0 ||
	    check_new_name(r, err) < 0 ||
	    duplicate_move(r->old_path, r->new_path, &report, &left, err) < 0)
		return -1;
	if ((r->has_link && readdress_link(r, &report, err) < 0) || move_link(r, err) < 0) {
		cleanup_readdress_report struct readdress_report ignored = { 0 };
		cleanup_err struct err back = { 0 };

		/* As it was: its link names the old place still. */
		free(steal_ptr(&left));
		(void)!duplicate_move(r->new_path, r->old_path, &ignored, &left, &back);
		return -1;
	}
	stage_reset(&stage);
	registry_move(r->store, r->old_path, r->new_path, events);
	strvec_sort(&report.changed);
	strvec_unique(&report.changed);
	say(ctx, '~', r->old, "now", r->new, &report);
	warn_of_pins(ctx, r);
	return shims_rehash(r->store, events, &shims, err);
}

int
venvs_rename(const struct context *ctx, const struct venv_rows *rows, const char *old,
	     const char *new, struct err *err)
{
	cleanup_store struct store store = STORE_INIT;
	cleanup_with(
		renaming_reset) struct renaming r = { .store = &store, .old = old, .new = new };
	cleanup_free char *what = mem_printf("rename %s", old);
	cleanup_free char *env = NULL;
	const struct venv_row *row = venvs_find(rows, old, "");
	cleanup_subject struct subject subject = { .row = row };
	struct str dir;

	if (!row || !is_env(row->folder)) {
		err_set(err, ERR_NOT_INSTALLED, "%s is no named environment", old);
		return err_detail(err, "to fix", "pyvern venvs");
	}
	if (store_open_writable(ctx->layout, what, &store, err) < 0)
		return -1;
	subject.folder = mem_strdup(row->folder);
	r.old_path = mem_strdup(row->folder);
	dir = path_dir(r.old_path);
	r.new_path = mem_printf("%.*s/%s", STR_ARG(dir), new);
	if (!path_is_below(r.old_path, store.versions.path))
		return err_set(err, ERR_FAILED, "%s is a link out of the root", old);
	env = named_of_link(&store, old);
	r.has_link = env && strcmp(row->path, row->folder) != 0;
	warn_if_active(ctx, &subject, old);
	return rename_it(ctx, &r, err);
}
