/* SPDX-License-Identifier: MIT */
/* Which archive this system's packages come from, as apt is configured. */
#include <config.h>

#include "supply/apt.h"

#include <string.h>

#include "base/buf.h"
#include "io/url.h"
#include "os/fs.h"

/* 256 KiB a file and 256 files: far beyond any real configuration. */
#define APT_FILE_MAX ((size_t)256 * 1024)
#define APT_FILES_MAX 256
/* Archives that are remembered: mirrors for each suite and country at most. */
#define APT_ARCHIVES_MAX 64

enum mark {
	MARK_MAIN = 1 << 0,	/* has the component main */
	MARK_UNIVERSE = 1 << 1, /* … and universe */
	MARK_SURE = 1 << 2,	/* the distribution's for certain */
	MARK_OWN_FILE = 1 << 3, /* stands in a file of the distribution */
	MARK_FOREIGN = 1 << 4,	/* signed by another key than the distribution's */
	MARK_PLAIN = 1 << 5,	/* has more than security updates */
};

/* What one line or stanza says; the views point into the file's text. */
struct entry {
	bool is_deb; /* deb or deb-src */
	bool disabled;
	struct str uris;
	struct str suites;
	struct str components;
	struct str signed_by;
};

static bool
equals(struct str s, const char *lower)
{
	if (s.n != strlen(lower))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (str_lower(s.p[i]) != lower[i])
			return false;
	return true;
}

static bool
is_one_of(struct str s, const char *const *texts)
{
	for (; *texts; texts++)
		if (equals(s, *texts))
			return true;
	return false;
}

static unsigned
component_marks(struct str words)
{
	static const char *const distribution[] = { "contrib",	  "non-free",	"non-free-firmware",
						    "restricted", "multiverse", NULL };
	unsigned marks = 0;
	struct str word;

	while (str_word(&words, &word)) {
		if (equals(word, "main"))
			marks |= MARK_MAIN;
		else if (equals(word, "universe"))
			marks |= MARK_UNIVERSE | MARK_SURE;
		else if (is_one_of(word, distribution))
			marks |= MARK_SURE;
	}
	return marks;
}

static unsigned
suite_marks(struct str words)
{
	unsigned marks = 0;
	struct str word;

	while (str_word(&words, &word)) {
		bool security =
			str_ends(word, STR_LIT("-security")) || str_ends(word, STR_LIT("/updates"));

		if (security || str_ends(word, STR_LIT("-updates")))
			marks |= MARK_SURE;
		if (!security)
			marks |= MARK_PLAIN;
	}
	return marks;
}

static unsigned
key_marks(struct str signed_by)
{
	struct str base = signed_by;

	if (signed_by.n == 0)
		return 0;
	for (size_t n = base.n; n > 0; n--)
		if (base.p[n - 1] == '/') {
			base = str_skip(base, n);
			break;
		}
	if (str_starts(base, STR_LIT("debian-archive-")) ||
	    str_starts(base, STR_LIT("ubuntu-archive-")))
		return MARK_SURE;
	return MARK_FOREIGN;
}

static void
add_archive(struct apt_archives *archives, struct str uri, unsigned marks)
{
	cleanup_free char *text = NULL;

	while (uri.n > 0 && uri.p[uri.n - 1] == '/')
		uri.n--;
	text = mem_strndup(uri.p ? uri.p : "", uri.n);
	if (!url_ok(text) || (!url_has_scheme(text, "http") && !url_has_scheme(text, "https")))
		return;
	for (size_t i = 0; i < archives->count; i++)
		if (!strcmp(archives->items[i].uri, text)) {
			archives->items[i].marks |= marks;
			return;
		}
	if (archives->count >= APT_ARCHIVES_MAX)
		return;
	archives->items = vec_grow(archives->items, archives->count, sizeof(*archives->items));
	archives->items[archives->count++] =
		(struct apt_archive){ .uri = steal_ptr(&text), .marks = marks };
}

static void
add_entry(struct apt_archives *archives, const struct entry *entry, bool own_file)
{
	struct str uris = entry->uris;
	struct str uri;
	unsigned marks = component_marks(entry->components) | suite_marks(entry->suites) |
			 key_marks(entry->signed_by) | (own_file ? MARK_OWN_FILE : 0);

	if (!entry->is_deb || entry->disabled || !(marks & MARK_MAIN))
		return;
	while (str_word(&uris, &uri))
		add_archive(archives, uri, marks);
}

static bool
is_deb(struct str type)
{
	return str_eq_text(type, "deb") || str_eq_text(type, "deb-src");
}

/* Cut "[name=value …]" off the front of *REST; only Signed-By matters to us. */
static void
cut_options(struct str *rest, struct entry *entry)
{
	struct str options, option;

	*rest = str_trim(*rest);
	if (rest->n == 0 || rest->p[0] != '[')
		return;
	*rest = str_skip(*rest, 1);
	if (!str_split(rest, ']', &options))
		return;
	while (str_word(&options, &option))
		if (str_starts(option, STR_LIT("signed-by=")))
			entry->signed_by = str_skip(option, strlen("signed-by="));
}

/* "deb [options] URI suite component…" */
static void
parse_line(struct str line, bool own_file, struct apt_archives *ret)
{
	struct entry entry = { 0 };
	struct str type;

	line.n = str_find(line, '#');
	if (!str_word(&line, &type))
		return;
	entry.is_deb = is_deb(type);
	cut_options(&line, &entry);
	if (!str_word(&line, &entry.uris) || !str_word(&line, &entry.suites))
		return;
	entry.components = line;
	add_entry(ret, &entry, own_file);
}

/* The field of ENTRY that a stanza's "Name:" fills; NULL: none of ours. */
static struct str *
stanza_field(struct entry *entry, struct str name)
{
	if (equals(name, "uris"))
		return &entry->uris;
	if (equals(name, "suites"))
		return &entry->suites;
	if (equals(name, "components"))
		return &entry->components;
	if (equals(name, "signed-by"))
		return &entry->signed_by;
	return NULL;
}

static void
parse_field(struct str line, struct entry *entry, struct str **ret_open)
{
	static const char *const no[] = { "no", "false", "without", "off", "disable", "0", NULL };
	struct str name, word;

	*ret_open = NULL;
	if (str_find(line, ':') == line.n || !str_split(&line, ':', &name))
		return;
	name = str_trim(name);
	line = str_trim(line);
	if (equals(name, "types")) {
		while (str_word(&line, &word))
			entry->is_deb |= is_deb(word);
	} else if (equals(name, "enabled")) {
		entry->disabled = is_one_of(line, no);
	} else {
		*ret_open = stanza_field(entry, name);
		if (*ret_open)
			**ret_open = line;
	}
}

/* TEXT without its comment lines: one inside a field would become a part of it. */
static void
drop_comments(struct str text, struct buf *ret)
{
	struct str line;

	while (str_line(&text, &line))
		if (line.n == 0 || line.p[0] != '#') {
			buf_add_str(ret, line);
			buf_add_char(ret, '\n');
		}
}

/* Stanzas of "Name: value" lines; a line that begins with a blank goes on with
 * the field before. A view over several lines spans the newlines between, which
 * are blanks to str_word(). */
static void
parse_stanzas(struct str text, bool own_file, struct apt_archives *ret)
{
	cleanup_buf struct buf plain = BUF_INIT(text.n + 1);
	struct entry entry = { 0 };
	struct str *open = NULL;
	struct str rest, line;

	drop_comments(text, &plain);
	rest = buf_str(&plain);
	while (str_line(&rest, &line)) {
		if (str_trim(line).n == 0) {
			add_entry(ret, &entry, own_file);
			entry = (struct entry){ 0 };
			open = NULL;
		} else if (line.p[0] != ' ' && line.p[0] != '\t') {
			parse_field(line, &entry, &open);
		} else if (open && open->n > 0) {
			open->n = (size_t)(line.p + line.n - open->p);
		} else if (open) {
			*open = str_trim(line);
		}
	}
	add_entry(ret, &entry, own_file);
}

void
apt_parse(struct str text, enum apt_format format, bool own_file, struct apt_archives *ret)
{
	struct str line;

	if (format == APT_DEB822) {
		parse_stanzas(text, own_file, ret);
		return;
	}
	while (str_line(&text, &line))
		parse_line(line, own_file, ret);
}

/* Does the address end as the distributions name their archives? */
static bool
ends_as_distribution(const char *uri)
{
	static const char *const names[] = { "debian", "ubuntu", "ubuntu-ports", NULL };

	return is_one_of(url_base_name(uri), names);
}

/* Is A the distribution's, given whether ANY archive is so for certain? */
static bool
is_distribution(const struct apt_archive *a, bool any_sure)
{
	if (any_sure)
		return (a->marks & MARK_SURE) != 0;
	return (a->marks & (MARK_OWN_FILE | MARK_FOREIGN)) == MARK_OWN_FILE &&
	       ends_as_distribution(a->uri);
}

/* Move to KEPT what is the distribution's and, as PLAIN says, has more than
 * security updates or has not. */
static void
keep(struct apt_archives *archives, bool any_sure, bool plain, struct apt_archives *kept)
{
	for (size_t i = 0; i < archives->count; i++) {
		struct apt_archive *a = &archives->items[i];

		if (!a->uri || !is_distribution(a, any_sure) ||
		    ((a->marks & MARK_PLAIN) != 0) != plain)
			continue;
		kept->items = vec_grow(kept->items, kept->count, sizeof(*kept->items));
		kept->items[kept->count++] = *a;
		a->uri = NULL;
	}
}

void
apt_keep_distribution(struct apt_archives *archives)
{
	struct apt_archives kept = { 0 };
	bool any_sure = false;

	for (size_t i = 0; i < archives->count; i++)
		any_sure |= (archives->items[i].marks & MARK_SURE) != 0;
	keep(archives, any_sure, true, &kept);
	keep(archives, any_sure, false, &kept);
	apt_reset(archives);
	*archives = kept;
}

bool
apt_has_universe(const struct apt_archive *archive)
{
	return (archive->marks & MARK_UNIVERSE) != 0;
}

static void
read_file(const struct dir *dir, const char *name, enum apt_format format, bool own_file,
	  struct apt_archives *ret)
{
	cleanup_buf struct buf text = BUF_INIT(APT_FILE_MAX);
	cleanup_err struct err ignored = { 0 };

	/* apt complains about unreadable files itself; we only do without. */
	if (fs_read_file(dir, name, &text, &ignored) == 0)
		apt_parse(buf_str(&text), format, own_file, ret);
}

static void
read_folder(const struct dir *dir, struct apt_archives *ret)
{
	static const char *const own[] = { "debian.sources", "ubuntu.sources", NULL };
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (fs_list(dir, &names, &ignored) < 0)
		return;
	for (size_t i = 0; i < names.count && i < APT_FILES_MAX; i++) {
		struct str name = str_from(names.items[i]);

		if (str_ends(name, STR_LIT(".list")))
			read_file(dir, names.items[i], APT_ONE_LINE, false, ret);
		else if (str_ends(name, STR_LIT(".sources")))
			read_file(dir, names.items[i], APT_DEB822, is_one_of(name, own), ret);
	}
}

void
apt_read(const char *apt_dir, struct apt_archives *ret)
{
	cleanup_dirfd struct dir top = DIR_INIT;
	cleanup_dirfd struct dir more = DIR_INIT;
	cleanup_err struct err ignored = { 0 };

	if (fs_open_dir(apt_dir, &top, &ignored) < 0)
		return;
	read_file(&top, "sources.list", APT_ONE_LINE, true, ret);
	if (fs_open_dir_at(&top, "sources.list.d", &more, &ignored) == 0)
		read_folder(&more, ret);
	apt_keep_distribution(ret);
}

void
apt_reset(struct apt_archives *archives)
{
	for (size_t i = 0; i < archives->count; i++)
		free(archives->items[i].uri);
	free(archives->items);
	*archives = (struct apt_archives){ 0 };
}
