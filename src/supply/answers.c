/* SPDX-License-Identifier: MIT */
/* What configure found out, for the next configure of the same source here. */
#include <config.h>

#include "supply/answers.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/path.h"

/* The folder in the root; not the download cache, which several users may share. */
#define ANSWERS_DIR ".answers"
/* Files that are kept: a version, a compiler and a set of flags each. */
#define ANSWERS_MAX 32
/* Largest file of answers; those of 3.13 have 40 KB. */
#define ANSWERS_BYTES ((size_t)1024 * 1024)
/* Largest configure and config.log; 3.13's have 1 MB. */
#define TEXT_BYTES ((size_t)16 * 1024 * 1024)
/* Raised when what is kept, or how it is judged, changes. */
#define ANSWERS_FORM "pyvern answers 1"

/* Words that change what is built and none of the answers: seen with 2.7.18, 3.9.2,
 * 3.11.2 and 3.13.5. */
static const char *const neutral[] = {
	"./configure",
	"--prefix=",
	"--libdir=",
	"--enable-shared",
	"--disable-shared",
	"--enable-optimizations",
	"--with-lto",
	"--with-pydebug",
	"--disable-gil",
	"LDFLAGS_NODIST=",
	"--disable-test-modules",
	"--enable-unicode=",
};

/* Variables that steer configure, the compiler, or both. */
static const char *const steering[] = {
	"CC",
	"CXX",
	"CPP",
	"LD",
	"AR",
	"RANLIB",
	"PATH",
	"PKG_CONFIG",
	"PKG_CONFIG_PATH",
	"PKG_CONFIG_LIBDIR",
	"CPATH",
	"C_INCLUDE_PATH",
	"LIBRARY_PATH",
	"LD_LIBRARY_PATH",
	"MACOSX_DEPLOYMENT_TARGET",
	"SDKROOT",
	"OPT",
	"LANG",
	"LC_ALL",
};

static bool
is_neutral(const char *word)
{
	for (size_t i = 0; i < sizeof(neutral) / sizeof(*neutral); i++)
		if (str_starts(str_from(word), str_from(neutral[i])))
			return true;
	/* The rpath that build.c adds; what LDFLAGS are is among the variables. */
	return str_starts(str_from(word), STR_LIT("LDFLAGS=")) &&
	       str_ends(str_from(word), STR_LIT("/lib,--enable-new-dtags"));
}

/* "CFLAGS", "LDFLAGS", "TCLTK_LIBS". */
static bool
is_steering(struct str name)
{
	for (size_t i = 0; i < sizeof(steering) / sizeof(*steering); i++)
		if (str_eq_text(name, steering[i]))
			return true;
	return str_ends(name, STR_LIT("FLAGS")) || str_ends(name, STR_LIT("_LIBS")) ||
	       str_eq_text(name, "LIBS");
}

static int
add(struct digest *d, const char *text, struct err *err)
{
	return digest_add(d, text ? text : "", strlen(text ? text : "") + 1, err);
}

/* The state of one folder: which it is, and when something in it was last made, removed
 * or renamed. */
static int
add_folder(struct digest *d, const char *path, struct err *err)
{
	struct stat st;
	cleanup_free char *text = NULL;

	if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode))
		text = mem_printf("%s: none", path);
	else
		text = mem_printf("%s: %ju %ju %jd", path, (uintmax_t)st.st_dev,
				  (uintmax_t)st.st_ino, (intmax_t)st.st_mtime);
	return add(d, text, err);
}

/* And of the folders in it, where headers of one library are. */
static int
add_headers(struct digest *d, const char *path, struct err *err)
{
	cleanup_dirfd struct dir folder = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (add_folder(d, path, err) < 0)
		return -1;
	if (fs_open_dir(path, &folder, &ignored) < 0 || fs_list(&folder, &names, &ignored) < 0)
		return 0;
	strvec_sort(&names);
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *below = path_join(path, names.items[i], NULL);

		if (fs_is_dir_at(&folder, names.items[i]) && add_folder(d, below, err) < 0)
			return -1;
	}
	return 0;
}

/* What the compiler says of where it looks. */
struct places {
	struct strvec headers;
	struct strvec libraries;
	bool inside;
};

static void
places_reset(struct places *p)
{
	strvec_reset(&p->headers);
	strvec_reset(&p->libraries);
}

static void
take_place(void *ctx, const char *line)
{
	struct places *p = ctx;
	struct str rest = str_from(line);
	struct str part;

	if (str_starts(rest, STR_LIT("#include <...>"))) {
		p->inside = true;
	} else if (str_starts(rest, STR_LIT("End of search list"))) {
		p->inside = false;
	} else if (p->inside) {
		strvec_add_str(&p->headers, str_trim(rest));
	} else if (str_starts(rest, STR_LIT("libraries: "))) {
		rest = str_skip(rest, str_find(rest, '=') + 1);
		while (str_split(&rest, ':', &part))
			strvec_add_str(&p->libraries, part);
	}
}

static int
ask_compiler(const struct answers_question *q, char *const *words, struct places *places,
	     struct err *err)
{
	cleanup_strvec struct strvec argv = { 0 };
	struct proc_spec spec = PROC_SPEC_INIT;
	int status = 0;

	strvec_add(&argv, q->compiler);
	strvec_add_all(&argv, words);
	spec.argv = argv.items;
	spec.env = q->env;
	spec.on_line = take_place;
	spec.ctx = places;
	if (proc_run(&spec, &status, err) < 0)
		return -1;
	return status == 0
		       ? 0
		       : err_set(err, ERR_FAILED, "%s does not tell where it looks", q->compiler);
}

static int
add_places(struct digest *d, const struct answers_question *q, struct err *err)
{
	cleanup_with(places_reset) struct places places = { 0 };
	struct str rest = str_from(env_get(q->env, "PATH"));
	struct str part;

	if (ask_compiler(q, (char *[]){ "-E", "-v", "-x", "c", "/dev/null", NULL }, &places, err) <
		    0 ||
	    ask_compiler(q, (char *[]){ "-print-search-dirs", NULL }, &places, err) < 0)
		return -1;
	while (str_split(&rest, ':', &part)) {
		cleanup_free char *folder = mem_strndup(part.p, part.n);

		if (add_folder(d, folder, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < places.headers.count; i++)
		if (add_headers(d, places.headers.items[i], err) < 0)
			return -1;
	for (size_t i = 0; i < places.libraries.count; i++) {
		cleanup_free char *hints = path_join(places.libraries.items[i], "pkgconfig", NULL);

		if (add_folder(d, places.libraries.items[i], err) < 0 ||
		    add_folder(d, hints, err) < 0)
			return -1;
	}
	return 0;
}

/* Folders that flags name: -I/opt/x/include, -L/opt/x/lib. */
static int
add_flag_places(struct digest *d, const char *flags, struct err *err)
{
	struct str rest = str_from(flags);
	struct str word;

	while (str_word(&rest, &word)) {
		cleanup_free char *path = NULL;

		if (!str_starts(word, STR_LIT("-I")) && !str_starts(word, STR_LIT("-L")))
			continue;
		path = mem_strndup(word.p + 2, word.n - 2);
		if (add_headers(d, path, err) < 0)
			return -1;
	}
	return 0;
}

static int
add_environment(struct digest *d, const struct env *env, struct err *err)
{
	for (size_t i = 0; i < env->vars.count; i++) {
		struct str var = str_from(env->vars.items[i]);
		size_t n = str_find(var, '=');

		if (!is_steering((struct str){ var.p, n }))
			continue;
		if (add(d, var.p, err) < 0 ||
		    (n < var.n && add_flag_places(d, var.p + n + 1, err) < 0))
			return -1;
	}
	return 0;
}

/* The program itself: some replace it and keep the version. */
static int
add_file(struct digest *d, const char *path, struct err *err)
{
	struct stat st;
	cleanup_free char *text = NULL;

	if (stat(path, &st) < 0)
		return err_sys(err, "cannot look at %s", path);
	text = mem_printf("%s: %jd %jd", path, (intmax_t)st.st_size, (intmax_t)st.st_mtime);
	return add(d, text, err);
}

static int
add_machine(struct digest *d, struct err *err)
{
	struct utsname name;

	if (uname(&name) < 0)
		return err_sys(err, "cannot ask which system this is");
	return add(d, name.sysname, err) < 0 || add(d, name.release, err) < 0 ||
			       add(d, name.machine, err) < 0
		       ? -1
		       : 0;
}

/* The words that matter, in order. */
static int
add_words(struct digest *d, const struct strvec *words, struct err *err)
{
	for (size_t i = 0; i < words->count; i++) {
		const char *word = words->items[i];
		struct str value = str_skip(str_from(word), str_find(str_from(word), '=') + 1);

		if (is_neutral(word))
			continue;
		if (add(d, word, err) < 0)
			return -1;
		/* --with-openssl=DIR */
		if (value.n && *value.p == '/' && add_headers(d, value.p, err) < 0)
			return -1;
	}
	return 0;
}

int
answers_key(const struct answers_question *q, char ret_key[DIGEST_HEX_SIZE], struct err *err)
{
	cleanup_digest struct digest *d = NULL;

	if (digest_new(&d, err) < 0 || add(d, ANSWERS_FORM, err) < 0 ||
	    add(d, q->source, err) < 0 || add(d, q->patch, err) < 0 ||
	    add(d, q->compiler_version, err) < 0 || add_file(d, q->compiler, err) < 0 ||
	    add_machine(d, err) < 0 || add_words(d, q->configure, err) < 0 ||
	    add_environment(d, q->env, err) < 0 || add_places(d, q, err) < 0)
		return -1;
	return digest_finish(d, ret_key, err);
}

static int
open_answers(const struct layout *layout, struct dir *ret, struct err *err)
{
	cleanup_free char *path = path_join(layout->root, ANSWERS_DIR, NULL);

	if (fs_make_dirs(path, LAYOUT_FOLDER_MODE, ret, err) < 0)
		return -1;
	return fs_refuse_world_writable(ret, err);
}

char *
answers_site(const struct layout *layout, const char *key)
{
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_err struct err ignored = { 0 };

	if (open_answers(layout, &dir, &ignored) < 0 || !fs_exists_at(&dir, key))
		return NULL;
	/* The ones that are used are not the oldest. */
	(void)utimensat(dir.fd, key, NULL, AT_SYMLINK_NOFOLLOW);
	return path_join(dir.path, key, NULL);
}

/* One file, and when it was last of use. */
struct kept {
	const char *name;
	time_t when;
};

static int
order_by_use(const void *a, const void *b)
{
	const struct kept *one = a;
	const struct kept *other = b;

	return (one->when < other->when) - (one->when > other->when);
}

static int
remove_oldest(const struct dir *dir, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };
	cleanup_free struct kept *all = NULL;
	size_t count = 0;

	if (fs_list(dir, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		struct stat st;

		if (fstatat(dir->fd, names.items[i], &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		all = vec_grow(all, count, sizeof(*all));
		all[count++] = (struct kept){ names.items[i], st.st_mtime };
	}
	if (count > ANSWERS_MAX)
		qsort(all, count, sizeof(*all), order_by_use);
	for (size_t i = ANSWERS_MAX; i < count; i++)
		if (unlinkat(dir->fd, all[i].name, 0) < 0 && errno != ENOENT)
			return err_sys(err, "cannot remove %s/%s", dir->path, all[i].name);
	return 0;
}

int
answers_keep(const struct layout *layout, const char *key, const struct dir *source,
	     struct err *err)
{
	cleanup_buf struct buf configure = BUF_INIT(TEXT_BYTES);
	cleanup_buf struct buf log = BUF_INIT(TEXT_BYTES);
	cleanup_buf struct buf site = BUF_INIT(ANSWERS_BYTES);
	cleanup_dirfd struct dir dir = DIR_INIT;

	/* Nobody's configure but autoconf's writes such a log. */
	if (!fs_exists_at(source, "config.log"))
		return 0;
	if (fs_read_file(source, "configure", &configure, err) < 0 ||
	    fs_read_file(source, "config.log", &log, err) < 0)
		return -1;
	answers_judge(buf_str(&configure), buf_str(&log), &site);
	if (buf_check(&site, "the answers of configure", err) < 0)
		return -1;
	if (site.len == 0)
		return 0;
	if (open_answers(layout, &dir, err) < 0 ||
	    fs_replace_file(&dir, key, buf_str(&site), 0644, err) < 0)
		return -1;
	return remove_oldest(&dir, err);
}
