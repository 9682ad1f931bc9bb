/* SPDX-License-Identifier: MIT */
/* An environment that was made in one place, given another: its files. */
#include <config.h>

#include "venv/readdress.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "base/sha256.h"
#include "venv/activate.h"
#include "venv/cfg.h"

/* 1 MiB: scripts have some KiB; programs that are no text may be larger. */
#define TEXT_MAX ((size_t)1024 * 1024)
/* 16 MiB: a RECORD has a line for each file of a package. */
#define RECORD_MAX ((size_t)16 * 1024 * 1024)

struct work {
	const struct dir *tree;
	struct address address;
	struct readdress_report *report;
};

void
readdress_report_reset(struct readdress_report *report)
{
	strvec_reset(&report->changed);
	strvec_reset(&report->anew);
	strvec_reset(&report->left);
}

/* The text of the file NAME, with its mode; false when it is none that we look at. */
static bool
read_text(const struct dir *dir, const char *name, size_t limit, struct buf *ret, mode_t *ret_mode,
	  struct err *err)
{
	struct stat st;

	if (fstatat(dir->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode) ||
	    (uint64_t)st.st_size > limit)
		return false;
	if (fs_read_file(dir, name, ret, err) < 0)
		return false;
	*ret_mode = st.st_mode & 0777;
	return !memchr(buf_text(ret), '\0', ret->len);
}

static int
write_text(struct work *work, const struct dir *dir, const char *name, const char *shown,
	   const struct buf *text, mode_t mode, struct err *err)
{
	if (buf_check(text, shown, err) < 0)
		return -1;
	strvec_add(&work->report->changed, shown);
	return fs_replace_file(dir, name, buf_str(text), mode, err);
}

typedef bool (*text_rule)(struct str text, const struct address *address, struct buf *out);

static int
change(struct work *work, const struct dir *dir, const char *name, const char *shown,
       text_rule rule, struct err *err)
{
	cleanup_buf struct buf old = BUF_INIT(TEXT_MAX);
	cleanup_buf struct buf new = BUF_INIT(2 * TEXT_MAX);
	mode_t mode;

	if (!read_text(dir, name, TEXT_MAX, &old, &mode, err))
		return err->code == ERR_NONE ? 0 : -1;
	if (!rule(buf_str(&old), &work->address, &new))
		return 0;
	return write_text(work, dir, name, shown, &new, mode, err);
}

/* A link by a whole path into the environment. */
static int
change_link(struct work *work, const struct dir *dir, const char *name, const char *shown,
	    struct err *err)
{
	cleanup_free char *target = fs_read_link(dir, name);
	cleanup_free char *moved = NULL;

	if (!target || !path_is_below(target, work->address.from))
		return 0;
	moved = path_join(work->address.to, target + strlen(work->address.from), NULL);
	strvec_add(&work->report->changed, shown);
	return fs_write_link(dir, name, moved, err);
}

/* activate, activate_this.py, Activate.ps1 */
static bool
is_activation(const char *name)
{
	return (name[0] == 'a' || name[0] == 'A') &&
	       str_starts(str_from(name + 1), STR_LIT("ctivate"));
}

static const struct activate_script *
script_called(const char *name)
{
	for (const struct activate_script *script = activate_scripts; script->name; script++)
		if (strcmp(script->name, name) == 0)
			return script;
	return NULL;
}

/* The script's text in OUT, by a rule or ours; false when it stays. */
static bool
change_activation(const char *name, const char *shown, struct str text,
		  const struct address *address, struct readdress_report *report, struct buf *out)
{
	const struct activation ours = { .env = address->to, .prompt = address->new_prompt };
	const struct activate_script *script = script_called(name);

	switch (readdress_activator(text, address, out)) {
	case ACTIVATION_SAME:
		return false;
	case ACTIVATION_CHANGED:
		return true;
	case ACTIVATION_ANEW:
		break;
	}
	if (script) {
		script->write(out, &ours);
		if (str_eq(text, buf_str(out)))
			return false;
		strvec_add(&report->anew, shown);
		return true;
	}
	/* What finds its place by itself needs nothing. */
	buf_truncate(out, 0);
	if (readdress_paths(text, address, out))
		strvec_add(&report->left, shown);
	return false;
}

int
readdress_activation(const struct dir *bin, const struct address *address, bool dry_run,
		     struct readdress_report *report, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };

	if (fs_list(bin, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		const char *name = names.items[i];
		cleanup_free char *shown = path_join("bin", name, NULL);
		cleanup_buf struct buf old = BUF_INIT(TEXT_MAX);
		cleanup_buf struct buf new = BUF_INIT(2 * TEXT_MAX);
		mode_t mode;

		if (!is_activation(name))
			continue;
		if (!read_text(bin, name, TEXT_MAX, &old, &mode, err)) {
			if (err->code != ERR_NONE)
				return -1;
			continue;
		}
		if (!change_activation(name, shown, buf_str(&old), address, report, &new))
			continue;
		if (buf_check(&new, shown, err) < 0 ||
		    (!dry_run && fs_replace_file(bin, name, buf_str(&new), mode, err) < 0))
			return -1;
		strvec_add(&report->changed, shown);
	}
	return 0;
}

static int
change_bin(struct work *work, struct err *err)
{
	cleanup_dirfd struct dir bin = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };

	if (fs_open_dir_at(work->tree, "bin", &bin, err) < 0 ||
	    readdress_activation(&bin, &work->address, false, work->report, err) < 0 ||
	    fs_list(&bin, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *shown = path_join("bin", names.items[i], NULL);

		if (is_activation(names.items[i]))
			continue;
		if (change(work, &bin, names.items[i], shown, readdress_script, err) < 0 ||
		    change_link(work, &bin, names.items[i], shown, err) < 0)
			return -1;
	}
	return 0;
}

/* The digest of the file at PATH, as RECORD has it. */
static bool
digest_file(void *ctx, const char *path, char *ret_digest, uint64_t *ret_size)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				  "0123456789-_";
	const struct work *work = ctx;
	cleanup_buf struct buf text = BUF_INIT(2 * TEXT_MAX);
	cleanup_err struct err ignored = { 0 };
	/* And zeros, for the last digit. */
	unsigned char digest[SHA256_SIZE + 1] = { 0 };

	if (fs_read_file(work->tree, path, &text, &ignored) < 0)
		return false;
	sha256(buf_text(&text), text.len, digest);
	for (size_t i = 0; i < 43; i++) {
		size_t bit = 6 * i;
		unsigned pair = (unsigned)digest[bit / 8] << 8 | digest[bit / 8 + 1];

		ret_digest[i] = set[pair >> (10 - bit % 8) & 63];
	}
	ret_digest[43] = '\0';
	*ret_size = text.len;
	return true;
}

static int
change_record(struct work *work, const struct dir *info, const char *folder, const char *shown,
	      struct err *err)
{
	const struct record_digests digests = { digest_file, work };
	cleanup_buf struct buf old = BUF_INIT(RECORD_MAX);
	cleanup_buf struct buf new = BUF_INIT(2 * RECORD_MAX);
	mode_t mode;

	if (!read_text(info, "RECORD", RECORD_MAX, &old, &mode, err))
		return err->code == ERR_NONE ? 0 : -1;
	if (!readdress_record(buf_str(&old), folder, &work->report->changed, &digests, &new))
		return 0;
	return write_text(work, info, "RECORD", shown, &new, mode, err);
}

/* What pip says of one package. */
static int
change_info(struct work *work, const struct dir *packages, const char *name, const char *folder,
	    struct err *err)
{
	cleanup_dirfd struct dir info = DIR_INIT;
	cleanup_free char *url = path_join(folder, name, "direct_url.json", NULL);
	cleanup_free char *record = path_join(folder, name, "RECORD", NULL);
	struct stat st;

	if (fstatat(packages->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISDIR(st.st_mode))
		return 0;
	if (fs_open_dir_at(packages, name, &info, err) < 0 ||
	    change(work, &info, "direct_url.json", url, readdress_url, err) < 0)
		return -1;
	return change_record(work, &info, folder, record, err);
}

/* Does pip or setuptools write the places of editable installs into such a file? */
static bool
is_of_editable(struct str name)
{
	return str_ends(name, STR_LIT(".pth")) || str_ends(name, STR_LIT(".egg-link")) ||
	       (str_starts(name, STR_LIT("__editable__")) && str_ends(name, STR_LIT(".py")));
}

static int
change_packages(struct work *work, const char *folder, struct err *err)
{
	cleanup_free char *path = path_join(work->tree->path, folder, NULL);
	cleanup_dirfd struct dir packages = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };

	if (fs_open_dir(path, &packages, err) < 0 || fs_list(&packages, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *shown = path_join(folder, names.items[i], NULL);

		if (is_of_editable(str_from(names.items[i])) &&
		    change(work, &packages, names.items[i], shown, readdress_paths, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < names.count; i++)
		if (str_ends(str_from(names.items[i]), STR_LIT(".dist-info")) &&
		    change_info(work, &packages, names.items[i], folder, err) < 0)
			return -1;
	return 0;
}

static int
change_lib(struct work *work, struct err *err)
{
	cleanup_dirfd struct dir lib = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err none = { 0 };

	if (fs_open_dir_at(work->tree, "lib", &lib, &none) < 0)
		return 0;
	if (fs_list(&lib, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *folder = path_join("lib", names.items[i], "site-packages", NULL);

		if (fs_is_dir_at(work->tree, folder) && change_packages(work, folder, err) < 0)
			return -1;
	}
	return 0;
}

static int
change_top(struct work *work, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };

	if (fs_list(work->tree, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		if (change_link(work, work->tree, names.items[i], names.items[i], err) < 0)
			return -1;
	return 0;
}

/* pyvenv.cfg: paths, and the prompt where it is the folder's name. */
static bool
change_cfg(struct str text, const struct address *address, struct buf *out)
{
	cleanup_buf struct buf moved = BUF_INIT(2 * TEXT_MAX);
	bool changed = readdress_paths(text, address, &moved);
	struct str rest = buf_str(&moved);
	struct str line;

	while (str_line(&rest, &line)) {
		struct str key = str_trim((struct str){ line.p, str_find(line, '=') });

		if (address->old_prompt && key.n < line.n && str_eq_text(key, "prompt")) {
			buf_add_text(out, "prompt = ");
			cfg_write_prompt(out, address->new_prompt);
			changed = true;
		} else {
			buf_add_str(out, line);
		}
		buf_add_char(out, '\n');
	}
	return changed;
}

int
readdress(const struct dir *tree, const char *from, const char *to,
	  struct readdress_report *ret_report, struct err *err)
{
	cleanup_readdress_report struct readdress_report report = { 0 };
	struct work work = { .tree = tree,
			     .address = { .from = from, .to = to },
			     .report = ret_report ? ret_report : &report };
	cleanup_cfg struct cfg cfg = { 0 };
	cleanup_err struct err no_cfg = { 0 };
	const char *old_name = path_base(from).p;

	(void)!cfg_read(tree, &cfg, &no_cfg);
	work.address.new_prompt = path_base(to).p;
	if (cfg.prompt && strcmp(cfg.prompt, old_name) != 0)
		work.address.new_prompt = cfg.prompt;
	else if (strcmp(old_name, work.address.new_prompt) != 0)
		work.address.old_prompt = old_name;
	if (change_bin(&work, err) < 0 || change_lib(&work, err) < 0 || change_top(&work, err) < 0)
		return -1;
	return change(&work, tree, CFG_NAME, CFG_NAME, change_cfg, err);
}
