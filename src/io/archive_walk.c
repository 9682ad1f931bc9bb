/* SPDX-License-Identifier: MIT */
/* A second opinion about a tar archive. */
#include <config.h>

#include "io/archive_walk.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vec.h"

#define BLOCK_SIZE ((size_t)512)

/* A field of the header: where it begins, and its bytes. */
struct field {
	size_t at;
	size_t n;
};
static const struct field field_name = { 0, 100 };
static const struct field field_size = { 124, 12 };
static const struct field field_checksum = { 148, 8 };
static const struct field field_target = { 157, 100 };
static const struct field field_prefix = { 345, 155 };
#define TYPE_AT 156
#define MAGIC_AT 257
#define MAGIC_SIZE 8

/* Entries taken whose room is kept. */
#define TAKEN_MAX 512
/* Keys of one extended header; those with attributes of files have some dozens. */
#define KEYS_MAX 256

/* Who wrote the header; only POSIX has a prefix. */
enum dialect { DIALECT_OLD, DIALECT_POSIX, DIALECT_GNU };

enum place {
	AT_HEADER,
	IN_EXTENDED, /* of an extended header: collected */
	IN_CONTENT,  /* of a file: passed over */
	AT_END,	     /* behind the end mark */
};

/* What extended headers said about the entry that follows them. */
struct announced {
	char kind;    /* the type of header that did: 'x', or 'L' for both GNU ones; 0: none */
	char *name;   /* or NULL */
	char *target; /* or NULL */
	bool has_size;
	uint64_t size;
};

struct archive_walk {
	enum place place;
	unsigned char block[BLOCK_SIZE]; /* a header of which a part is there */
	size_t block_size;
	uint64_t left;	    /* bytes of the content or extended header to come */
	uint64_t padding;   /* bytes behind it, up to the next block */
	char extended;	    /* type of the extended header that we are in */
	struct buf text;    /* its content */
	struct strvec keys; /* seen in it */
	struct announced announced;
	struct walk_entry *entries; /* not yet taken: first … count */
	size_t first;
	size_t count;
};

void
walk_entry_reset(struct walk_entry *entry)
{
	free(entry->name);
	free(entry->target);
	*entry = (struct walk_entry){ .kind = ARCHIVE_END };
}

struct archive_walk *
walk_new(void)
{
	struct archive_walk *walk = mem_zalloc(sizeof(*walk));

	walk->text = (struct buf)BUF_INIT(WALK_EXTENDED_MAX);
	return walk;
}

static void
announced_reset(struct announced *announced)
{
	free(announced->name);
	free(announced->target);
	*announced = (struct announced){ 0 };
}

void
walk_free(struct archive_walk *walk)
{
	if (!walk)
		return;
	for (size_t i = walk->first; i < walk->count; i++)
		walk_entry_reset(&walk->entries[i]);
	free(walk->entries);
	announced_reset(&walk->announced);
	strvec_reset(&walk->keys);
	buf_reset(&walk->text);
	free(walk);
}

bool
walk_take(struct archive_walk *walk, struct walk_entry *ret_entry)
{
	if (walk->first == walk->count)
		return false;
	*ret_entry = walk->entries[walk->first++];
	/* The reader may never catch up with the walk, so those taken must go. */
	if (walk->first == walk->count || walk->first == TAKEN_MAX) {
		walk->count -= walk->first;
		memmove(walk->entries, walk->entries + walk->first,
			walk->count * sizeof(*walk->entries));
		walk->first = 0;
	}
	return true;
}

static struct str
field_bytes(const unsigned char *block, struct field field)
{
	return (struct str){ (const char *)block + field.at, field.n };
}

/* A text that ends with the field or at a NUL. */
static struct str
field_text(const unsigned char *block, struct field field)
{
	struct str text = field_bytes(block, field);

	text.n = strnlen(text.p, text.n);
	return text;
}

/* An octal number, which blanks may precede and blanks and NULs follow. The base-256
 * form is for numbers that no field of ours may have. */
static bool
field_octal(const unsigned char *block, struct field field, uint64_t *ret_value)
{
	struct str text = field_bytes(block, field);
	uint64_t value = 0;
	size_t i = 0;
	size_t digits = 0;

	while (i < text.n && text.p[i] == ' ')
		i++;
	/* At most 12 digits: no overflow. */
	for (; i < text.n && text.p[i] >= '0' && text.p[i] <= '7'; i++, digits++)
		value = value * 8 + (uint64_t)(text.p[i] - '0');
	while (i < text.n && (text.p[i] == ' ' || text.p[i] == '\0'))
		i++;
	*ret_value = value;
	return i == text.n && digits > 0;
}

/* The sum of all bytes, with blanks for the sum itself. */
static bool
checksum_ok(const unsigned char *block)
{
	uint64_t said = 0;
	uint64_t sum = 0;

	for (size_t i = 0; i < BLOCK_SIZE; i++) {
		bool of_sum = i >= field_checksum.at && i < field_checksum.at + field_checksum.n;

		sum += of_sum ? ' ' : block[i];
	}
	return field_octal(block, field_checksum, &said) && said == sum;
}

static bool
read_dialect(const unsigned char *block, enum dialect *ret_dialect)
{
	const char *magic = (const char *)block + MAGIC_AT;

	if (memcmp(magic, "ustar\0", 6) == 0)
		*ret_dialect = DIALECT_POSIX;
	else if (memcmp(magic, "ustar  ", MAGIC_SIZE) == 0)
		*ret_dialect = DIALECT_GNU;
	else
		*ret_dialect = DIALECT_OLD;
	/* Readers differ about other kinds of it. */
	return *ret_dialect != DIALECT_OLD || memcmp(magic, "ustar", 5) != 0;
}

static char *
read_name(const unsigned char *block, enum dialect dialect)
{
	struct str name = field_text(block, field_name);
	struct str prefix = field_text(block, field_prefix);

	if (dialect != DIALECT_POSIX || prefix.n == 0)
		return mem_strndup(name.p, name.n);
	return mem_printf("%.*s%s%.*s", STR_ARG(prefix), prefix.p[prefix.n - 1] == '/' ? "" : "/",
			  STR_ARG(name));
}

static int
judge_type(char type, const char *name, enum archive_kind *ret_kind, struct err *err)
{
	size_t n = strlen(name);

	switch (type) {
	case '\0': /* the old form of: */
	case '0':
		/* Old archives mark folders by their names alone. */
		*ret_kind = n && name[n - 1] == '/' ? ARCHIVE_FOLDER : ARCHIVE_FILE;
		return 0;
	case '1':
		*ret_kind = ARCHIVE_HARDLINK;
		return 0;
	case '2':
		*ret_kind = ARCHIVE_SYMLINK;
		return 0;
	case '5':
		*ret_kind = ARCHIVE_FOLDER;
		return 0;
	case 'S':
		return err_set(err, ERR_CHECK, "%s: is a sparse file", name);
	default:
		return err_set(err, ERR_CHECK, "%s: neither a file nor a folder nor a link", name);
	}
}

/* The header of an entry, not of an extension. */
static int
take_entry(struct archive_walk *walk, const unsigned char *block, enum dialect dialect,
	   uint64_t size, struct err *err)
{
	struct announced *announced = &walk->announced;
	struct str target = field_text(block, field_target);
	struct walk_entry *entry;

	walk->entries = vec_grow(walk->entries, walk->count, sizeof(*walk->entries));
	entry = &walk->entries[walk->count++];
	*entry = (struct walk_entry){ .size = size };
	entry->name = announced->name ? steal_ptr(&announced->name) : read_name(block, dialect);
	if (judge_type((char)block[TYPE_AT], entry->name, &entry->kind, err) < 0)
		return -1;
	if (announced->has_size && announced->size != size)
		return err_set(err, ERR_CHECK,
			       "%s: has two sizes in the archive (%" PRIu64 " and %" PRIu64 ")",
			       entry->name, size, announced->size);
	if (entry->kind != ARCHIVE_FILE && size != 0)
		return err_set(err, ERR_CHECK, "%s: no file, but has a content in the archive",
			       entry->name);
	if (entry->kind == ARCHIVE_SYMLINK || entry->kind == ARCHIVE_HARDLINK)
		entry->target = announced->target ? steal_ptr(&announced->target)
						  : mem_strndup(target.p, target.n);
	announced_reset(announced);
	walk->place = size ? IN_CONTENT : AT_HEADER;
	return 0;
}

static int
enter_extended(struct archive_walk *walk, char type, uint64_t size, struct err *err)
{
	char kind = type == 'K' ? 'L' : type;
	char before = walk->announced.kind;

	if (before && (before != kind || kind != 'L'))
		return err_set(err, ERR_CHECK,
			       "the archive has two extended headers for one entry");
	if (size == 0 || size > WALK_EXTENDED_MAX)
		return err_set(err, ERR_CHECK,
			       "the archive has an extended header of %" PRIu64 " bytes", size);
	if (type != 'g')
		walk->announced.kind = kind;
	walk->extended = type;
	walk->place = IN_EXTENDED;
	buf_truncate(&walk->text, 0);
	return 0;
}

static bool
is_zero(const unsigned char *block, size_t n)
{
	return n == 0 || (block[0] == 0 && memcmp(block, block + 1, n - 1) == 0);
}

static int
take_header(struct archive_walk *walk, const unsigned char *block, struct err *err)
{
	enum dialect dialect;
	uint64_t size;
	char type = (char)block[TYPE_AT];

	if (is_zero(block, BLOCK_SIZE)) {
		if (walk->announced.kind)
			return err_set(err, ERR_CHECK,
				       "the archive ends behind an extended header");
		walk->place = AT_END;
		return 0;
	}
	if (!checksum_ok(block))
		return err_set(err, ERR_CHECK, "the archive has a header with a wrong checksum");
	if (!read_dialect(block, &dialect))
		return err_set(err, ERR_CHECK, "the archive has a header of an unknown kind");
	if (!field_octal(block, field_size, &size))
		return err_set(err, ERR_CHECK, "%.*s: has a size in the archive that is no number",
			       STR_ARG(field_text(block, field_name)));
	walk->left = size;
	walk->padding = (BLOCK_SIZE - size % BLOCK_SIZE) % BLOCK_SIZE;
	if (type == 'x' || type == 'g' || type == 'L' || type == 'K')
		return enter_extended(walk, type, size, err);
	return take_entry(walk, block, dialect, size, err);
}

/* A name from an extended header in *NAME, which must be new. */
static int
take_name(char **name, struct str value, struct err *err)
{
	if (*name)
		return err_set(err, ERR_CHECK, "the archive has two long names for one entry");
	if (value.n == 0 || memchr(value.p, '\0', value.n))
		return err_set(err, ERR_CHECK, "the archive has a long name that is none");
	*name = mem_strndup(value.p, value.n);
	return 0;
}

/* KEY of the extended header of one entry, or of all that follow. */
static int
take_record(struct archive_walk *walk, struct str key, struct str value, struct err *err)
{
	struct announced *announced = &walk->announced;
	bool named = str_eq_text(key, "path") || str_eq_text(key, "linkpath");
	bool sized = str_eq_text(key, "size");

	for (size_t i = 0; i < walk->keys.count; i++)
		if (str_eq_text(key, walk->keys.items[i]))
			return err_set(err, ERR_CHECK, "the archive has %.*s twice for one entry",
				       STR_ARG(key));
	if (walk->keys.count == KEYS_MAX)
		return err_set(err, ERR_CHECK,
			       "the archive has an extended header of too many keys");
	strvec_add_str(&walk->keys, key);
	if (str_starts(key, STR_LIT("GNU.sparse.")) || str_starts(key, STR_LIT("SUN.holes")) ||
	    str_eq_text(key, "SCHILY.realsize"))
		return err_set(err, ERR_CHECK, "the archive has a sparse file");
	if (walk->extended == 'g' && (named || sized))
		return err_set(err, ERR_CHECK, "the archive has one %.*s for all entries",
			       STR_ARG(key));
	if (named)
		return take_name(str_eq_text(key, "path") ? &announced->name : &announced->target,
				 value, err);
	if (!sized)
		return 0;
	announced->has_size = true;
	if (!str_u64(value, 0, INT64_MAX, &announced->size))
		return err_set(err, ERR_CHECK, "the archive has a size that is no number");
	return 0;
}

/* Take "LENGTH KEY=VALUE\n" off REST, where LENGTH counts all of it. */
static bool
split_record(struct str *rest, struct str *ret_key, struct str *ret_value)
{
	size_t digits = str_find(*rest, ' ');
	uint64_t length;
	size_t key;

	if (digits == 0 || digits >= rest->n || rest->p[0] == '0' ||
	    !str_u64((struct str){ rest->p, digits }, digits + 3, rest->n, &length) ||
	    rest->p[length - 1] != '\n')
		return false;
	*ret_value = (struct str){ rest->p + digits + 1, (size_t)length - digits - 2 };
	key = str_find(*ret_value, '=');
	if (key == 0 || key >= ret_value->n || memchr(ret_value->p, '\0', key))
		return false;
	*ret_key = (struct str){ ret_value->p, key };
	*ret_value = (struct str){ ret_value->p + key + 1, ret_value->n - key - 1 };
	*rest = (struct str){ rest->p + length, rest->n - (size_t)length };
	return true;
}

static int
take_extended(struct archive_walk *walk, struct err *err)
{
	struct str rest = buf_str(&walk->text);
	struct str key;
	struct str value;

	walk->place = AT_HEADER;
	if (walk->extended == 'L' || walk->extended == 'K') {
		/* GNU tar counts the NUL at its end. */
		if (rest.n && rest.p[rest.n - 1] == '\0')
			rest.n--;
		return take_name(walk->extended == 'L' ? &walk->announced.name
						       : &walk->announced.target,
				 rest, err);
	}
	strvec_reset(&walk->keys);
	while (rest.n) {
		if (!split_record(&rest, &key, &value))
			return err_set(err, ERR_CHECK,
				       "the archive has an extended header that is damaged");
		if (take_record(walk, key, value, err) < 0)
			return -1;
	}
	return 0;
}

/* Bytes taken off the *N at *P: what LEFT still wants of them. */
static size_t
pass(uint64_t *left, const unsigned char **p, size_t *n)
{
	size_t taken = *left < *n ? (size_t)*left : *n;

	*left -= taken;
	*p += taken;
	*n -= taken;
	return taken;
}

/* One step, over at least a byte. */
static int
step(struct archive_walk *walk, const unsigned char **p, size_t *n, struct err *err)
{
	const unsigned char *at = *p;
	uint64_t want;
	size_t got;

	switch (walk->place) {
	case AT_END:
		if (!is_zero(*p, *n))
			return err_set(err, ERR_CHECK, "the archive has data after its end");
		*n = 0;
		return 0;
	case IN_CONTENT:
	case IN_EXTENDED:
		got = pass(&walk->left, p, n);
		if (walk->place == IN_EXTENDED)
			buf_add(&walk->text, at, got);
		(void)(walk->left == 0 ? pass(&walk->padding, p, n) : 0);
		if (walk->left || walk->padding)
			return 0;
		if (walk->place == IN_EXTENDED)
			return take_extended(walk, err);
		walk->place = AT_HEADER;
		return 0;
	default:
		want = BLOCK_SIZE - walk->block_size;
		got = pass(&want, p, n);
		memcpy(walk->block + walk->block_size, at, got);
		walk->block_size += got;
		if (walk->block_size < BLOCK_SIZE)
			return 0;
		walk->block_size = 0;
		return take_header(walk, walk->block, err);
	}
}

int
walk_feed(struct archive_walk *walk, const void *bytes, size_t n, struct err *err)
{
	const unsigned char *p = bytes;

	while (n)
		if (step(walk, &p, &n, err) < 0)
			return -1;
	return 0;
}

int
walk_finish(const struct archive_walk *walk, struct err *err)
{
	if (walk->place != AT_END)
		return err_set(err, ERR_CHECK, "the archive ends before its end");
	return 0;
}
