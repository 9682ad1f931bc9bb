/* SPDX-License-Identifier: MIT */
/* Where an ELF file's libraries are looked for: read, within bounds. */
#include <config.h>

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "supply/relocate_elf.h"

/* Sources: System V ABI, "Object Files" and "Dynamic Linking"; elf(5). The numbers are
 * here because <elf.h> is not everywhere. */
enum {
	CLASS_32 = 1,
	CLASS_64 = 2,
	ORDER_LITTLE = 1,
	ORDER_BIG = 2,
	PT_LOAD = 1,
	PT_DYNAMIC = 2,
	SHT_DYNSYM = 11,
	DT_NULL = 0,
	DT_NEEDED = 1,
	DT_STRTAB = 5,
	DT_STRSZ = 10,
	DT_SONAME = 14,
	DT_RPATH = 15,
	DT_RUNPATH = 29,
	DT_CONFIG = 0x6ffffefa,
	DT_DEPAUDIT = 0x6ffffefb,
	DT_AUDIT = 0x6ffffefc,
	DT_AUXILIARY = 0x7ffffffd,
	DT_FILTER = 0x7fffffff,
};

/* Most segments, sections and dynamic entries looked at; real files have some dozens, and
 * 65535 is what the fields can say. */
#define HEADERS_MAX 65536
#define ENTRIES_MAX 65536
/* Most symbols looked at; libpython has some thousands. */
#define SYMBOLS_MAX (16 * 1024 * 1024)

struct elf {
	const struct elf_bytes *bytes;
	bool is_64;
	bool is_big;
	uint64_t program_headers;
	uint64_t program_header_size;
	uint64_t program_header_count;
	uint64_t section_headers;
	uint64_t section_header_size;
	uint64_t section_header_count;
	uint64_t dynamic; /* offset; 0: none */
	uint64_t dynamic_size;
	uint64_t strings; /* offset of the table of names */
	uint64_t strings_size;
};

static bool
read_at(const struct elf *elf, uint64_t offset, void *into, size_t n)
{
	const struct elf_bytes *b = elf->bytes;

	if (offset > b->size || n > b->size - offset)
		return false;
	if (b->data) {
		memcpy(into, b->data + offset, n);
		return true;
	}
	return pread(b->fd, into, n, (off_t)offset) == (ssize_t)n;
}

static uint64_t
number(const struct elf *elf, const unsigned char *p, size_t n)
{
	uint64_t value = 0;

	for (size_t i = 0; i < n; i++)
		value = value << 8 | p[elf->is_big ? i : n - 1 - i];
	return value;
}

/* A field of N bytes, or of an address's size where N is 0. */
static uint64_t
field(const struct elf *elf, const unsigned char *p, size_t at_32, size_t at_64, size_t n)
{
	size_t size = n ? n : elf->is_64 ? 8 : 4;

	return number(elf, p + (elf->is_64 ? at_64 : at_32), size);
}

static bool
read_header(struct elf *elf)
{
	unsigned char h[64] = { 0 };

	if (!read_at(elf, 0, h, 16) || memcmp(h, "\177ELF", 4) != 0)
		return false;
	if ((h[4] != CLASS_32 && h[4] != CLASS_64) || (h[5] != ORDER_LITTLE && h[5] != ORDER_BIG))
		return false;
	elf->is_64 = h[4] == CLASS_64;
	elf->is_big = h[5] == ORDER_BIG;
	if (!read_at(elf, 0, h, elf->is_64 ? 64 : 52))
		return false;
	elf->program_headers = field(elf, h, 28, 32, 0);
	elf->section_headers = field(elf, h, 32, 40, 0);
	elf->program_header_size = field(elf, h, 42, 54, 2);
	elf->program_header_count = field(elf, h, 44, 56, 2);
	elf->section_header_size = field(elf, h, 46, 58, 2);
	elf->section_header_count = field(elf, h, 48, 60, 2);
	return elf->program_header_size >= (elf->is_64 ? 56u : 32u);
}

/* Program header INDEX: its type, address, offset and size in the file. */
static bool
read_segment(const struct elf *elf, uint64_t index, uint64_t *type, uint64_t *address,
	     uint64_t *offset, uint64_t *size)
{
	unsigned char p[56];
	size_t n = elf->is_64 ? 56 : 32;

	if (elf->program_headers > elf->bytes->size ||
	    !read_at(elf, elf->program_headers + index * elf->program_header_size, p, n))
		return false;
	*type = field(elf, p, 0, 0, 4);
	*offset = field(elf, p, 4, 8, 0);
	*address = field(elf, p, 8, 16, 0);
	*size = field(elf, p, 16, 32, 0);
	return true;
}

static bool
find_dynamic(struct elf *elf)
{
	for (uint64_t i = 0; i < elf->program_header_count; i++) {
		uint64_t type;
		uint64_t address;

		if (!read_segment(elf, i, &type, &address, &elf->dynamic, &elf->dynamic_size))
			return false;
		if (type == PT_DYNAMIC)
			return true;
	}
	elf->dynamic = 0;
	return true;
}

/* Where in the file the ADDRESS is; false when it is in no segment. */
static bool
offset_of(const struct elf *elf, uint64_t address, uint64_t *ret)
{
	for (uint64_t i = 0; i < elf->program_header_count; i++) {
		uint64_t type;
		uint64_t start;
		uint64_t offset;
		uint64_t size;

		if (!read_segment(elf, i, &type, &start, &offset, &size))
			return false;
		if (type == PT_LOAD && address >= start && address - start < size &&
		    offset <= elf->bytes->size) {
			*ret = offset + (address - start);
			return *ret < elf->bytes->size;
		}
	}
	return false;
}

/* Dynamic entry INDEX; false at the end. */
static bool
read_entry(const struct elf *elf, uint64_t index, uint64_t *tag, uint64_t *value)
{
	unsigned char p[16];
	size_t n = elf->is_64 ? 16 : 8;

	if (index >= ENTRIES_MAX || (index + 1) * n > elf->dynamic_size ||
	    elf->dynamic > elf->bytes->size || !read_at(elf, elf->dynamic + index * n, p, n))
		return false;
	*tag = field(elf, p, 0, 0, 0);
	*value = field(elf, p, 4, 8, 0);
	return *tag != DT_NULL;
}

static bool
find_strings(struct elf *elf)
{
	uint64_t address = 0;
	uint64_t tag;
	uint64_t value;

	for (uint64_t i = 0; read_entry(elf, i, &tag, &value); i++) {
		if (tag == DT_STRTAB)
			address = value;
		else if (tag == DT_STRSZ)
			elf->strings_size = value;
	}
	return address && offset_of(elf, address, &elf->strings) &&
	       elf->strings_size <= elf->bytes->size - elf->strings;
}

/* The text at AT of the table of names. Owned by the caller; NULL: it is none. */
static char *
read_text(const struct elf *elf, uint64_t at)
{
	size_t most = ELF_PATH_MAX;
	char *text;

	if (at >= elf->strings_size)
		return NULL;
	if (most > elf->strings_size - at)
		most = (size_t)(elf->strings_size - at);
	text = mem_zalloc(most + 1);
	if (!read_at(elf, elf->strings + at, text, most) || strlen(text) == most) {
		free(text);
		return NULL;
	}
	return text;
}

/* NAME is the place in the table of another name: less room where it is inside of a path. */
static void
keep_clear(const struct elf *elf, struct elf_paths *paths, uint64_t name)
{
	for (size_t i = 0; i < paths->count; i++) {
		struct elf_path *path = &paths->items[i];
		uint64_t start = path->offset - elf->strings;

		if (name > start && name - start < path->room)
			path->room = (size_t)(name - start);
	}
}

static bool
is_name(uint64_t tag)
{
	return tag == DT_NEEDED || tag == DT_SONAME || tag == DT_RPATH || tag == DT_RUNPATH ||
	       tag == DT_CONFIG || tag == DT_DEPAUDIT || tag == DT_AUDIT || tag == DT_AUXILIARY ||
	       tag == DT_FILTER;
}

static bool
add_paths(const struct elf *elf, struct elf_paths *ret)
{
	uint64_t tag;
	uint64_t value;

	for (uint64_t i = 0; read_entry(elf, i, &tag, &value); i++) {
		struct elf_path *path = &ret->items[ret->count];

		if (tag != DT_RPATH && tag != DT_RUNPATH)
			continue;
		if (ret->count == ELF_PATHS_MAX)
			return false;
		path->text = read_text(elf, value);
		if (!path->text)
			return false;
		path->offset = elf->strings + value;
		path->room = strlen(path->text) + 1;
		ret->count++;
	}
	for (uint64_t i = 0; read_entry(elf, i, &tag, &value); i++)
		if (is_name(tag))
			keep_clear(elf, ret, value);
	return true;
}

/* Look through the symbols of the section at OFFSET. */
static bool
read_symbols(const struct elf *elf, struct elf_paths *paths, uint64_t offset, uint64_t size)
{
	size_t entry = elf->is_64 ? 24 : 16;
	uint64_t count = size / entry;
	unsigned char chunk[24 * 256];

	if (count > SYMBOLS_MAX || offset > elf->bytes->size)
		return false;
	for (uint64_t i = 0; i < count;) {
		size_t n = count - i < 256 ? (size_t)(count - i) : 256;

		if (!read_at(elf, offset + i * entry, chunk, n * entry))
			return false;
		for (size_t j = 0; j < n; j++)
			keep_clear(elf, paths, number(elf, chunk + j * entry, 4));
		i += n;
	}
	return true;
}

/* Find the symbols and look through them; false when they are not found. */
static bool
clear_symbols(const struct elf *elf, struct elf_paths *paths)
{
	size_t n = elf->is_64 ? 64 : 40;
	unsigned char p[64];

	if (elf->section_header_size < n || elf->section_headers > elf->bytes->size)
		return false;
	for (uint64_t i = 0; i < elf->section_header_count; i++) {
		if (!read_at(elf, elf->section_headers + i * elf->section_header_size, p, n))
			return false;
		if (field(elf, p, 4, 4, 4) == SHT_DYNSYM)
			return read_symbols(elf, paths, field(elf, p, 16, 24, 0),
					    field(elf, p, 20, 32, 0));
	}
	return false;
}

/* Where symbols are not known, any of them may be the end of a path; none has a slash. */
static void
clear_last_components(const struct elf *elf, struct elf_paths *paths)
{
	for (size_t i = 0; i < paths->count; i++) {
		const char *slash = strrchr(paths->items[i].text, '/');
		size_t last = slash ? (size_t)(slash + 1 - paths->items[i].text) : 1;

		keep_clear(elf, paths, paths->items[i].offset - elf->strings + last);
	}
}

int
elf_read_paths(const struct elf_bytes *bytes, struct elf_paths *ret_paths)
{
	struct elf elf = { .bytes = bytes };

	if (!read_header(&elf) || !find_dynamic(&elf))
		return -1;
	if (elf.dynamic == 0)
		return 0;
	if (!find_strings(&elf) || !add_paths(&elf, ret_paths))
		return -1;
	if (ret_paths->count && !clear_symbols(&elf, ret_paths))
		clear_last_components(&elf, ret_paths);
	return 0;
}

void
elf_paths_reset(struct elf_paths *paths)
{
	for (size_t i = 0; i < paths->count; i++)
		free(paths->items[i].text);
	*paths = (struct elf_paths){ 0 };
}
