/* SPDX-License-Identifier: MIT */
/* The registry of environments: writing. */
#include <config.h>

#include "venv/registry.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/path.h"
#include "venv/cfg.h"
#include "venv/look.h"
#include "venv/registry_internal.h"

#define RECORD_MODE 0600

char *
registry_new_id(void)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char bytes[REGISTERED_ID_LENGTH / 2];
	char *id = mem_zalloc(REGISTERED_ID_LENGTH + 1);

	/* So few bytes never fail on Linux and macOS; an id that is no secret would be
	 * worse than no registry. */
	if (getentropy(bytes, sizeof(bytes)) < 0) {
		free(id);
		return NULL;
	}
	for (size_t i = 0; i < sizeof(bytes); i++) {
		id[2 * i] = digits[bytes[i] >> 4];
		id[2 * i + 1] = digits[bytes[i] & 15];
	}
	return id;
}

static bool
is_plain(const char *path)
{
	for (const unsigned char *c = (const unsigned char *)path; *c; c++)
		if (*c < 32 || *c == 127)
			return false;
	return path[0] == '/' && path[1] && strlen(path) < PATH_TEXT_MAX;
}

/* In place, and always of one length: a prompt that reads half of it looks once more. (A file
 * by another name and a rename cost as much as all else that is written here.) */
void
registry_changed(const struct dir *venvs)
{
	struct str above = path_dir(venvs->path);
	cleanup_free char *folder = mem_strndup(above.p, above.n);
	cleanup_free char *id = registry_new_id();
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_err struct err ignored = { 0 };
	cleanup_fd int fd = -1;

	if (!id || fs_open_dir(folder, &dir, &ignored) < 0)
		return;
	id[REGISTERED_ID_LENGTH - 1] = '\n';
	fd = openat(dir.fd, REGISTERED_CHANGED,
		    O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
		    RECORD_MODE);
	if (fd >= 0)
		(void)!pwrite(fd, id, REGISTERED_ID_LENGTH, 0);
}

void
registry_sweep(const struct store *store)
{
	static const char *const kinds[] = { REGISTERED_VENVS, REGISTERED_PINS };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		cleanup_dirfd struct dir dir = DIR_INIT;
		cleanup_err struct err none = { 0 };

		if (registry_open(store->layout->root, kinds[i], false, &dir, &none) == 0)
			fs_sweep_temporaries(&dir);
	}
}

char *
registry_changed_file(const char *root)
{
	cleanup_free char *folder = registry_folder(root);

	return folder ? path_join(folder, REGISTERED_CHANGED, NULL) : NULL;
}

int
registry_write(const struct dir *venvs, const struct registered *said, int64_t used,
	       struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(REGISTERED_MAX);
	const struct timespec times[2] = { { .tv_sec = used }, { .tv_sec = used } };
	char key[REGISTERED_KEY_SIZE];

	buf_add_text(&text, REGISTERED_FORMAT "\npath = ");
	buf_add_str(&text, said->path);
	buf_printf(&text, "\ndevice = %llu\ninode = %llu\nid = %.*s\nbase = ",
		   (unsigned long long)said->device, (unsigned long long)said->inode,
		   STR_ARG(said->id));
	buf_add_str(&text, said->base);
	buf_add_text(&text, "\nfollows = ");
	buf_add_str(&text, said->follows);
	buf_printf(&text, "\nmade = %llu\nhow = %s\n", (unsigned long long)said->made,
		   registered_how_name(said->how));
	registered_key(said->path, key);
	if (buf_check(&text, "a record", err) < 0 ||
	    fs_replace_file(venvs, key, buf_str(&text), RECORD_MODE, err) < 0)
		return -1;
	if (used)
		(void)utimensat(venvs->fd, key, times, AT_SYMLINK_NOFOLLOW);
	registry_changed(venvs);
	return 0;
}

/* pyvenv.cfg's text with ID in place of the one it has, in RET; all else as it is. */
static void
put_id(struct str text, const char *id, struct buf *ret)
{
	struct str line;

	while (str_line(&text, &line)) {
		struct str key = str_trim((struct str){ line.p, str_find(line, '=') });

		if (str_eq_text(key, REGISTERED_ID_KEY))
			continue;
		buf_add_str(ret, line);
		buf_add_char(ret, '\n');
	}
	buf_printf(ret, REGISTERED_ID_KEY " = %s\n", id);
}

/* The id of the environment in TREE in *RET_ID, a new one if it has none (ANEW: always). */
static int
give_id(const struct dir *tree, bool anew, char **ret_id, struct err *err)
{
	cleanup_buf struct buf old = BUF_INIT(REGISTERED_MAX);
	cleanup_buf struct buf new = BUF_INIT(REGISTERED_MAX);
	cleanup_free char *id = NULL;
	struct str known;
	struct stat st;

	if (fstatat(tree->fd, CFG_NAME, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(err, "cannot read %s/%s", tree->path, CFG_NAME);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_FAILED, "%s/%s is no file", tree->path, CFG_NAME);
	if (fs_read_file(tree, CFG_NAME, &old, err) < 0)
		return -1;
	known = registered_id_of(buf_str(&old));
	if (known.n && !anew) {
		*ret_id = mem_strndup(known.p, known.n);
		return 0;
	}
	id = registry_new_id();
	if (!id)
		return err_sys(err, "the system has no random bytes");
	put_id(buf_str(&old), id, &new);
	if (buf_check(&new, CFG_NAME, err) < 0 ||
	    fs_update_file(tree, CFG_NAME, buf_str(&new), st.st_mode & 0777, 0777, err) < 0)
		return -1;
	*ret_id = steal_ptr(&id);
	return 0;
}

/* What the environment is made on: the name of a version of the store, and the alias
 * that it is reached through; or a prefix; or "". */
static void
find_base(const struct store *store, const struct dir *tree, char **ret_base, char **ret_follows)
{
	cleanup_env_look struct env_look look = { 0 };

	*ret_follows = NULL;
	if (!env_look(tree, &look) || !is_plain(look.base)) {
		*ret_base = mem_strdup("");
		return;
	}
	*ret_base = env_base_version(store, look.base, ret_follows);
	if (!*ret_base)
		*ret_base = steal_ptr(&look.base);
}

static int
note(const struct store *store, const char *path, enum registered_how how, struct err *err)
{
	cleanup_free char *real = registry_real(path);
	cleanup_dirfd struct dir venvs = DIR_INIT;
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_free char *id = NULL;
	cleanup_free char *base = NULL;
	cleanup_free char *follows = NULL;
	struct registered said = { .how = how, .made = (uint64_t)time(NULL) };
	struct stat st;

	if (!is_plain(real))
		return err_set(err, ERR_FAILED, "%s has control characters", real);
	if (registry_open(store->layout->root, REGISTERED_VENVS, true, &venvs, err) < 0 ||
	    fs_open_dir(path, &tree, err) < 0 ||
	    (how != REGISTERED_FOUND && give_id(&tree, how != REGISTERED_MADE, &id, err) < 0))
		return -1;
	if (fstat(tree.fd, &st) < 0)
		return err_sys(err, "cannot look at %s", path);
	find_base(store, &tree, &base, &follows);
	said.path = str_from(real);
	said.device = (uint64_t)st.st_dev;
	said.inode = (uint64_t)st.st_ino;
	said.id = str_from(id);
	said.base = str_from(base);
	said.follows = str_from(follows);
	return registry_write(&venvs, &said, 0, err);
}

/* Nobody is told of a registry that this user cannot have: one without a home, or with
 * one that is not his to write to (a service in a container). */
static bool
is_wanted(const struct store *store)
{
	const char *state = getenv("XDG_STATE_HOME");
	const char *given = state && state[0] == '/' ? state : getenv("HOME");
	cleanup_free char *folder = registry_folder(store->layout->root);
	cleanup_free char *home = NULL;
	struct stat st;

	if (!folder)
		return false;
	home = path_clean("/", given);
	while (folder[1] && lstat(folder, &st) < 0)
		folder[path_dir(folder).n] = '\0';
	return !path_is_below(home, folder) || access(folder, W_OK) == 0;
}

void
registry_note(const struct store *store, const char *path, enum registered_how how,
	      const struct events *events)
{
	cleanup_err struct err failed = { 0 };

	if (is_wanted(store) && note(store, path, how, &failed) < 0)
		registry_warn(events, &failed);
}

int
registry_trust(const struct store *store, const char *path, bool forced, struct err *err)
{
	return note(store, path, forced ? REGISTERED_FORCED : REGISTERED_TRUSTED, err);
}

int
registry_distrust(const struct store *store, const char *path, const struct events *events,
		  struct err *err)
{
	cleanup_free char *real = registry_real(path);
	cleanup_dirfd struct dir venvs = DIR_INIT;
	char key[REGISTERED_KEY_SIZE];

	registered_key(str_from(real), key);
	if (registry_open(store->layout->root, REGISTERED_VENVS, false, &venvs, err) < 0)
		return -1;
	if (unlinkat(venvs.fd, key, 0) < 0 && errno != ENOENT)
		return err_sys(err, "cannot remove %s/%s", venvs.path, key);
	registry_changed(&venvs);
	/* uninstall is to know still who needs a version. */
	if (access(path, F_OK) == 0)
		registry_note(store, path, REGISTERED_FOUND, events);
	return 0;
}

static int
rebound(const struct store *store, const char *path, struct err *err)
{
	cleanup_registry_record struct registry_record record = REGISTRY_RECORD_INIT;
	cleanup_dirfd struct dir venvs = DIR_INIT;
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_free char *real = registry_real(path);
	cleanup_free char *base = NULL;
	cleanup_free char *follows = NULL;
	struct registered said;
	char key[REGISTERED_KEY_SIZE];

	registered_key(str_from(real), key);
	if (registry_open(store->layout->root, REGISTERED_VENVS, true, &venvs, err) < 0)
		return -1;
	if (!registry_read(&venvs, key, &record) || !str_eq_text(record.said.path, real))
		return note(store, path, REGISTERED_FOUND, err);
	if (fs_open_dir(path, &tree, err) < 0)
		return -1;
	find_base(store, &tree, &base, &follows);
	said = record.said;
	said.base = str_from(base);
	said.follows = str_from(follows);
	return registry_write(&venvs, &said, record.used, err);
}

void
registry_rebound(const struct store *store, const char *path, const struct events *events)
{
	cleanup_err struct err failed = { 0 };

	if (is_wanted(store) && rebound(store, path, &failed) < 0)
		registry_warn(events, &failed);
}

/* RECORD, for what is at TO now, in VENVS. */
static int
write_moved(const struct dir *venvs, const struct registry_record *record, const char *to,
	    struct err *err)
{
	cleanup_free char *real = registry_real(to);
	struct registered said = record->said;
	struct stat st;

	if (!is_plain(real))
		return err_set(err, ERR_FAILED, "%s has control characters", real);
	if (stat(to, &st) < 0)
		return err_sys(err, "cannot look at %s", to);
	said.path = str_from(real);
	said.device = (uint64_t)st.st_dev;
	said.inode = (uint64_t)st.st_ino;
	return registry_write(venvs, &said, record->used, err);
}

void
registry_move(const struct store *store, const char *from, const char *to,
	      const struct events *events)
{
	cleanup_registry_record struct registry_record record = REGISTRY_RECORD_INIT;
	cleanup_dirfd struct dir venvs = DIR_INIT;
	cleanup_err struct err failed = { 0 };
	cleanup_free char *real = registry_real(from);
	char key[REGISTERED_KEY_SIZE];

	registered_key(str_from(real), key);
	if (registry_open(store->layout->root, REGISTERED_VENVS, false, &venvs, &failed) < 0) {
		if (failed.sys != ENOENT)
			registry_warn(events, &failed);
		return;
	}
	if (!registry_read(&venvs, key, &record) || !str_eq_text(record.said.path, real))
		return;
	if (write_moved(&venvs, &record, to, &failed) < 0)
		registry_warn(events, &failed);
	else
		(void)unlinkat(venvs.fd, key, 0);
}

/* Where the environment that was at PATH is, now that OLD_ROOT is the store's root. */
static char *
place_now(const struct store *store, const char *path, const char *old_root)
{
	cleanup_free char *old = registry_real(old_root);

	if (!path_is_below(path, old))
		return mem_strdup(path);
	return path_join(store->layout->root, path + strlen(old), NULL);
}

/* Take the record over, unless its environment is known here already. */
static int
follow_one(const struct store *store, const struct registry_record *record, const char *old_root,
	   const struct dir *to, struct err *err)
{
	cleanup_free char *path = mem_strndup(record->said.path.p, record->said.path.n);
	cleanup_free char *there_now = place_now(store, path, old_root);
	cleanup_free char *now = registry_real(there_now);
	cleanup_registry_record struct registry_record there = REGISTRY_RECORD_INIT;
	char key[REGISTERED_KEY_SIZE];

	registered_key(str_from(now), key);
	if ((registry_read(to, key, &there) && str_eq_text(there.said.path, now)) ||
	    access(now, F_OK) < 0)
		return 0;
	return write_moved(to, record, now, err);
}

static int
follow_root(const struct store *store, const char *old_root, struct err *err)
{
	cleanup_dirfd struct dir from = DIR_INIT;
	cleanup_dirfd struct dir to = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };

	if (registry_open(old_root, REGISTERED_VENVS, false, &from, err) < 0) {
		if (err->sys != ENOENT)
			return -1;
		err_reset(err);
		return 0;
	}
	if (fs_list(&from, &names, err) < 0 ||
	    registry_open(store->layout->root, REGISTERED_VENVS, true, &to, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_registry_record struct registry_record record = REGISTRY_RECORD_INIT;

		if (registry_read(&from, names.items[i], &record) &&
		    follow_one(store, &record, old_root, &to, err) < 0)
			return -1;
	}
	return 0;
}

static void
follow_pins(const struct store *store, const char *old_root, const struct events *events)
{
	const struct layout old = { .root = (char *)old_root };
	const struct store there = { .layout = &old, .root = DIR_INIT, .versions = DIR_INIT };
	cleanup_strvec struct strvec paths = { 0 };

	registry_pins(&there, &paths, events);
	for (size_t i = 0; i < paths.count; i++)
		registry_note_pin(store, paths.items[i], events);
}

void
registry_follow_root(const struct store *store, const char *old_root, const struct events *events)
{
	cleanup_err struct err failed = { 0 };
	cleanup_free char *folder = registry_folder(old_root);
	cleanup_free char *above =
		folder ? mem_strndup(path_dir(folder).p, path_dir(folder).n) : NULL;
	cleanup_dirfd struct dir all = DIR_INIT;

	if (!folder || fs_same_folder(old_root, store->layout->root) || access(folder, F_OK) < 0)
		return;
	follow_pins(store, old_root, events);
	if (follow_root(store, old_root, &failed) < 0 ||
	    /* A root that was copied has its own. */
	    (access(old_root, F_OK) < 0 &&
	     (fs_open_dir(above, &all, &failed) < 0 ||
	      fs_remove_tree(&all, path_base(folder).p, &failed) < 0)))
		registry_warn(events, &failed);
}

void
registry_note_pin(const struct store *store, const char *path, const struct events *events)
{
	cleanup_dirfd struct dir pins = DIR_INIT;
	cleanup_err struct err failed = { 0 };
	cleanup_free char *text = NULL;
	char key[REGISTERED_KEY_SIZE];

	if (!is_wanted(store) || !is_plain(path))
		return;
	text = mem_printf("%s\npath = %s\n", REGISTERED_FORMAT, path);
	registered_key(str_from(path), key);
	if (registry_open(store->layout->root, REGISTERED_PINS, true, &pins, &failed) < 0 ||
	    fs_replace_file(&pins, key, str_from(text), RECORD_MODE, &failed) < 0)
		registry_warn(events, &failed);
}
