/* SPDX-License-Identifier: MIT */
/* Which installed version a request stands for. */
#include <config.h>

#include "core/selection.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#else
#include <dirent.h>
#endif

#include "core/layout.h"

/* "versions/NAME" with its NUL. */
#define RELATIVE_MAX (sizeof(LAYOUT_VERSIONS "/") + VERSION_NAME_MAX)
/* Bytes of folder entries that are read at one time: some 200 versions. */
#define ENTRIES_CHUNK 8192

static bool
relative_path(struct str name, char *ret)
{
	size_t n = strlen(LAYOUT_VERSIONS "/");

	if (name.n > VERSION_NAME_MAX)
		return false;
	memcpy(ret, LAYOUT_VERSIONS "/", n);
	memcpy(ret + n, name.p, name.n);
	ret[n + name.n] = '\0';
	return true;
}

static bool
is_folder(int root_fd, const char *path)
{
	struct stat st;

	return fstatat(root_fd, path, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

/* Our aliases are called 3.13 and 3.13t: most names need no look at the disk. */
static bool
may_be_alias(struct str name)
{
	struct version version;

	return version_parse(name, &version) && version.release_parts == 2;
}

/* The target of the alias NAME -> TARGET that we keep, in RET; false when NAME is
 * no such link. */
static bool
read_alias(const struct selection_input *in, struct str name, char *ret)
{
	char path[RELATIVE_MAX];
	ssize_t n;

	if (!in->policy->keeps_aliases || !may_be_alias(name) || !relative_path(name, path))
		return false;
	n = readlinkat(in->root_fd, path, ret, VERSION_NAME_MAX + 1);
	if (n <= 0 || n > VERSION_NAME_MAX)
		return false;
	ret[n] = '\0';
	return version_is_alias(name, (struct str){ ret, (size_t)n });
}

/* Is there a version called NAME? Its name, or for an alias its target's, goes
 * to RET_NAME. An alias that leads nowhere is no version. */
static bool
find_exact(const struct selection_input *in, struct str name, char *ret_name)
{
	char path[RELATIVE_MAX];

	if (!version_name_ok(name) || str_eq_text(name, "system") || !relative_path(name, path) ||
	    !is_folder(in->root_fd, path))
		return false;
	if (!read_alias(in, name, ret_name)) {
		memcpy(ret_name, name.p, name.n);
		ret_name[name.n] = '\0';
	}
	return true;
}

/* A search for the newest version that a request matches. */
struct scan {
	const struct selection_input *in;
	const struct request *request;
	char *best_name; /* "": none yet */
	struct version best;
};

static void
scan_name(struct scan *scan, const char *name)
{
	struct version version;
	char path[RELATIVE_MAX];
	char target[VERSION_NAME_MAX + 1];
	struct str text = str_from(name);

	if (name[0] == '.' || !version_parse(text, &version) ||
	    !request_matches(scan->request, &version))
		return;
	if (*scan->best_name && !request_prefers(scan->request, &version, &scan->best))
		return;
	if (!relative_path(text, path) || !is_folder(scan->in->root_fd, path) ||
	    read_alias(scan->in, text, target))
		return;
	memcpy(scan->best_name, name, text.n + 1);
	(void)version_parse((struct str){ scan->best_name, text.n }, &scan->best);
}

#ifdef __linux__
/* As the kernel lays it out (getdents64(2)); the C library's readdir allocates. */
struct entry64 {
	uint64_t ino;
	int64_t off;
	uint16_t length;
	uint8_t type;
	char name[];
};

static void
scan_folder(struct scan *scan, int fd)
{
	_Alignas(struct entry64) char chunk[ENTRIES_CHUNK];
	long n;

	while ((n = syscall(SYS_getdents64, fd, chunk, sizeof(chunk))) > 0) {
		for (long at = 0; at < n;) {
			const struct entry64 *entry = (const void *)(chunk + at);

			scan_name(scan, entry->name);
			at += entry->length;
		}
	}
	close(fd);
}
#else
static void
scan_folder(struct scan *scan, int fd)
{
	DIR *dir = fdopendir(fd);
	const struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		scan_name(scan, entry->d_name);
	if (dir)
		closedir(dir);
	else
		close(fd);
}
#endif

/* The newest installed version that REQUEST matches, in RET_NAME. */
static bool
find_newest(const struct selection_input *in, const struct request *request, char *ret_name)
{
	struct scan scan = { .in = in, .request = request, .best_name = ret_name };
	int fd = openat(in->root_fd, LAYOUT_VERSIONS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	ret_name[0] = '\0';
	if (fd < 0)
		return false;
	scan_folder(&scan, fd);
	return ret_name[0] != '\0';
}

/* What is said of TEXT, which is no request. */
static enum item_state
state_of_odd(const struct selection_input *in, struct str text)
{
	bool leads_away = str_find(text, '/') < text.n || str_eq(text, STR_LIT(".."));

	return in->policy->odd_words_are_missing && text.n && !leads_away ? ITEM_MISSING
									  : ITEM_INVALID;
}

/* pyenv's order (facts/pyenv.md, version-name): the folder of the name without a
 * leading `python-`, the folder of the text as it stands, the newest match. */
enum item_state
selection_resolve_text(const struct selection_input *in, struct str text, char *ret_name,
		       const char **ret_why)
{
	struct request request;
	bool understood = request_parse(text, &request, ret_why);

	ret_name[0] = '\0';
	/* A name that nothing has: pyenv knows no ranges. */
	if (understood && request.kind == REQUEST_RANGE && !in->policy->knows_ranges)
		return in->root_fd >= 0 && find_exact(in, text, ret_name) ? ITEM_INSTALLED
									  : ITEM_MISSING;
	if (understood && request.kind == REQUEST_SYSTEM)
		return ITEM_SYSTEM;
	if (in->root_fd < 0)
		return understood ? ITEM_MISSING : state_of_odd(in, text);
	if (understood && find_exact(in, request.name, ret_name))
		return ITEM_INSTALLED;
	/* Most texts are their own name, which need not be looked for twice. */
	if ((!understood || !str_eq(request.name, text)) && find_exact(in, text, ret_name))
		return ITEM_INSTALLED;
	if (!understood)
		return state_of_odd(in, text);
	if (request.kind != REQUEST_NAME && find_newest(in, &request, ret_name))
		return ITEM_INSTALLED;
	return ITEM_MISSING;
}

enum item_state
selection_resolve_pinned(const struct selection_input *in, struct str text, char *ret_name,
			 const char **ret_why)
{
	enum item_state state = selection_resolve_text(in, text, ret_name, ret_why);

	if (state != ITEM_MISSING || !in->policy->odd_words_are_missing ||
	    str_find(text, '/') == text.n)
		return state;
	if (ret_why)
		*ret_why = "there is no such environment";
	return ITEM_INVALID;
}

bool
selection_may_show(const struct selection_input *in, bool is_link, struct str word)
{
	char name[VERSION_NAME_MAX + 1];
	struct request request;
	enum item_state state;

	if (!is_link)
		return true;
	state = selection_resolve_text(in, word, name, NULL);
	return state == ITEM_SYSTEM || state == ITEM_INSTALLED ||
	       (request_parse(word, &request, NULL) && request.kind != REQUEST_NAME);
}

enum item_state
selection_resolve(struct selection *s, size_t i)
{
	struct selection_item *item = &s->items[i];
	bool is_pin = s->source != SOURCE_VARIABLE && s->source != SOURCE_DEFAULT;
	bool is_link = is_pin && s->pin.is_link;

	if (item->state != ITEM_OPEN)
		return item->state;
	item->state =
		is_pin ? selection_resolve_pinned(s->in, item->word.text, item->name, &item->why)
		       : selection_resolve_text(s->in, item->word.text, item->name, &item->why);
	if (item->state == ITEM_MISSING && !selection_may_show(s->in, is_link, item->word.text)) {
		item->state = ITEM_INVALID;
		item->why = "it is no version, in a file that a link leads to";
	}
	return item->state;
}

size_t
selection_resolve_all(struct selection *s)
{
	size_t usable = 0;

	for (size_t i = 0; i < s->count; i++)
		usable += selection_resolve(s, i) != ITEM_INVALID;
	if (usable == 0 && s->in->policy->unusable_pin_is_system) {
		s->items[0].word.text = STR_LIT("system");
		s->items[0].state = ITEM_SYSTEM;
		s->count = usable = 1;
	} else if (usable == 0 && !s->unusable) {
		s->unusable = "names no version";
	}
	return usable;
}
