#include "ipctop/tui/config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ipctop/act/privilege.h"
#include "ipctop/base/file.h"
#include "ipctop/base/ini.h"
#include "ipctop/base/mem.h"
#include "ipctop/base/text.h"
#include "ipctop/model/table.h"
#include "ipctop/tui/app.h"

enum { FILE_BYTES_MAX = 64 * 1024 }; /* a line is compared with all before it */

char *config_path(void)
{
	const char *folder = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	struct buf path = { 0 };

	/* the specification has relative ones ignored */
	if (folder && folder[0] == '/')
		buf_printf(&path, "%s/ipctop/config", folder);
	else if (home && home[0] == '/')
		buf_printf(&path, "%s/.config/ipctop/config", home);
	if (path.error)
		mem_exit();
	return path.data;
}

/* What is there: 0, also where nothing is, or a negative errno. */
static int read_lines(const char *path, struct ini *ini)
{
	struct buf text = { 0 };
	int error = file_read(path, &text, FILE_BYTES_MAX);

	if (error == -ENOENT || error == -ENOTDIR)
		error = 0;
	else if (!error && memchr(buf_str(&text), '\0', text.len))
		error = -EILSEQ; /* lines would be cut when they are written back */
	else if (!error)
		error = ini_parse(ini, buf_str(&text), text.len);
	buf_free(&text);
	return error;
}

/* reading */

struct reader {
	const char *path;
	struct settings *settings;
	struct buf *complaints;
	unsigned key_lines[REQUEST_COUNT]; /* where keys are bound; 0: nowhere */
};

static void complain(const struct reader *reader, unsigned number, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void complain(const struct reader *reader, unsigned number, const char *format, ...)
{
	struct buf line = { 0 };
	char text[512];
	va_list args;

	va_start(args, format);
	text_vprintf(text, sizeof(text), format, args);
	va_end(args);
	buf_text(&line, reader->path);
	if (number > 0)
		buf_printf(&line, ":%u", number);
	buf_printf(&line, ": %s", text);
	text_clean(reader->complaints, buf_str(&line), line.len, !text_locale_is_utf8());
	buf_char(reader->complaints, '\n');
	if (line.error)
		reader->complaints->error = line.error;
	buf_free(&line);
}

/* [general] */

static int read_theme(struct settings *settings, const char *value)
{
	const struct theme *theme = theme_find(value);

	if (theme)
		settings->theme = theme;
	return theme ? 0 : -EINVAL;
}

static int read_units(struct settings *settings, const char *value)
{
	bool exact = strcmp(value, "bytes") == 0;

	if (!exact && strcmp(value, "human") != 0)
		return -EINVAL;
	settings->exact_bytes = exact;
	return 0;
}

static int read_time(struct settings *settings, const char *value)
{
	return units_parse_time_format(value, &settings->time_format);
}

static int read_delay(struct settings *settings, const char *value)
{
	return units_parse_delay(value, &settings->delay);
}

static int read_scan(struct settings *settings, const char *value)
{
	uint64_t percent;

	if (units_parse_u64(value, &percent) < 0 || percent < 1 || percent > SCAN_PERCENT_MAX)
		return -EINVAL;
	settings->scan_percent = (int)percent;
	return 0;
}

static int read_older(struct settings *settings, const char *value)
{
	const char *wrong;

	return verdict_ages_parse(&settings->ages, value, &wrong);
}

static void write_theme(struct buf *out, const struct settings *settings)
{
	buf_text(out, settings->theme->name);
}

static void write_units(struct buf *out, const struct settings *settings)
{
	buf_text(out, settings->exact_bytes ? "bytes" : "human");
}

static void write_time(struct buf *out, const struct settings *settings)
{
	buf_text(out, units_time_format_word(settings->time_format));
}

static void write_delay(struct buf *out, const struct settings *settings)
{
	buf_printf(out, "%.15g", settings->delay); /* all digits that were given */
}

static void write_scan(struct buf *out, const struct settings *settings)
{
	buf_printf(out, "%d", settings->scan_percent);
}

static void write_older(struct buf *out, const struct settings *settings)
{
	verdict_ages_text(out, &settings->ages);
}

static const struct general {
	const char *name;
	const char *expects;
	int (*read)(struct settings *settings, const char *value);
	void (*write)(struct buf *out, const struct settings *settings);
} generals[] = {
	{ "theme", APP_THEMES, read_theme, write_theme },
	{ "units", "human or bytes", read_units, write_units },
	{ "time", UNITS_TIME_FORMATS, read_time, write_time },
	{ "delay", UNITS_DELAY_RANGE, read_delay, write_delay },
	{ "scan", "1 to 100, per cent of the interval", read_scan, write_scan },
	{ "older", "AGE or RULE=AGE, separated by commas", read_older, write_older },
};

enum { GENERALS = sizeof(generals) / sizeof(generals[0]) };

/* Append what stands before word `at` of `count`: "A, B and C". */
static void put_between(struct buf *out, size_t at, size_t count)
{
	if (at > 0)
		buf_text(out, at == count - 1 ? " and " : ", ");
}

/* A setting that there is not: the names of those that there are. */
static void complain_of_name(const struct reader *reader, const struct ini_line *line)
{
	struct buf names = { 0 };
	size_t i;

	for (i = 0; i < GENERALS; i++) {
		put_between(&names, i, GENERALS);
		buf_text(&names, generals[i].name);
	}
	complain(reader, line->number, "unknown setting '%s'; there are %s", line->name,
		buf_str(&names));
	buf_free(&names);
}

static void read_general(struct reader *reader, const struct ini_line *line)
{
	const struct general *general = generals;

	while (general < generals + GENERALS && strcmp(general->name, line->name) != 0)
		general++;
	if (general == generals + GENERALS)
		complain_of_name(reader, line);
	else if (general->read(reader->settings, line->value) < 0)
		complain(reader, line->number, "%s takes %s, not '%s'", general->name,
			general->expects, line->value);
}

/* [columns] and [order] */

/* The class that a line is about; false, and a complaint, where there is none. */
static bool find_class(const struct reader *reader, const struct ini_line *line, enum class *class)
{
	struct buf words = { 0 };
	enum class c;

	if (class_find(line->name, 0, class))
		return true;
	for (c = 0; c < CLASS_COUNT; c++) {
		put_between(&words, c, CLASS_COUNT);
		buf_text(&words, class_infos[c].word);
	}
	complain(reader, line->number, "unknown table '%s'; there are %s", line->name,
		buf_str(&words));
	buf_free(&words);
	return false;
}

static void read_columns(struct reader *reader, const struct ini_line *line)
{
	struct buf names = { 0 };
	struct column_list list;
	const char *wrong = "";
	enum class class;

	if (!find_class(reader, line, &class))
		return;
	if (column_list_parse(&list, class, line->value, &wrong) < 0) {
		column_names(&names, class_bit(class));
		complain(reader, line->number, "unknown column '%.*s'; there are %s",
			(int)strcspn(wrong, ","), wrong, buf_str(&names));
		buf_free(&names);
		return;
	}
	if (list.count == 0)
		complain(reader, line->number, "columns are missing");
	else
		reader->settings->columns[class] = list;
}

static void read_order(struct reader *reader, const struct ini_line *line)
{
	struct column_order *orders = reader->settings->orders;
	enum class class;

	if (find_class(reader, line, &class) &&
		table_parse_order(
			class, line->value, &orders[class].column, &orders[class].descending) < 0)
		complain(reader, line->number, "'%s' is no order; it is COLUMN or COLUMN:desc",
			line->value);
}

/* [keys] */

static enum request find_request(const char *name)
{
	enum request request = 0;

	while (request < REQUEST_COUNT && strcasecmp(requests[request].name, name) != 0)
		request++;
	return request;
}

/* Whether all names in `keys` are keys; each blank between them becomes a single one. */
static bool clean_keys(const struct reader *reader, const struct ini_line *line, struct buf *keys)
{
	const char *at = line->value;
	size_t length;

	for (; *at; at += length) {
		at += strspn(at, " \t");
		length = strcspn(at, " \t");
		if (length == 0)
			break;
		if (keymap_parse(at, length) == KEYMAP_NONE) {
			complain(reader, line->number,
				"'%.*s' is no key; keys are as in: a ^A F5 Space Enter PgUp",
				(int)length, at);
			return false;
		}
		buf_printf(keys, "%s%.*s", keys->len ? " " : "", (int)length, at);
	}
	return true;
}

static void read_keys(struct reader *reader, const struct ini_line *line)
{
	enum request request = find_request(line->name);
	struct buf keys = { 0 };

	if (request == REQUEST_COUNT) {
		complain(reader, line->number,
			"unknown request '%s'; the manual has them all under KEYS", line->name);
		return;
	}
	if (!clean_keys(reader, line, &keys)) {
		buf_free(&keys);
		return;
	}
	if (keys.len == 0 && (request == REQUEST_QUIT || request == REQUEST_CLOSE)) {
		complain(reader, line->number, "%s needs a key", line->name);
		return;
	}
	buf_text(&keys, ""); /* none is an empty text, not NULL */
	if (keys.error) {
		reader->complaints->error = keys.error;
		buf_free(&keys);
		return;
	}
	free(reader->settings->keymap.keys[request]);
	reader->settings->keymap.keys[request] = keys.data;
	reader->key_lines[request] = line->number;
}

/*
 * The first key that two requests share, of which one at least was given keys in the file; false
 * where there is none.
 */
static bool find_shared(const struct keymap *keymap, enum request *one, enum request *other,
	const char **name, size_t *length)
{
	const char *at;
	int key;

	for (*one = 0; *one < REQUEST_COUNT; (*one)++) {
		for (at = keymap_keys(keymap, *one); *at; at += *length + (at[*length] == ' ')) {
			*length = strcspn(at, " ");
			*name = at;
			key = keymap_parse(at, *length);
			for (*other = *one + 1; *other < REQUEST_COUNT; (*other)++) {
				if ((keymap->keys[*one] || keymap->keys[*other]) &&
					keymap_position(keymap, *other, key) >= 0)
					return true;
			}
		}
	}
	return false;
}

/* A key can bring one request only: the later line gives way, and has its default keys again. */
static void settle_keys(struct reader *reader)
{
	struct keymap *keymap = &reader->settings->keymap;
	enum request one, other, wrong, right;
	const char *name;
	size_t length;

	while (find_shared(keymap, &one, &other, &name, &length)) {
		wrong = reader->key_lines[one] > reader->key_lines[other] ? one : other;
		right = wrong == one ? other : one;
		if (reader->key_lines[right] > 0)
			complain(reader, reader->key_lines[wrong],
				"key %.*s is bound twice: to %s, and to %s in line %u", (int)length,
				name, requests[wrong].name, requests[right].name,
				reader->key_lines[right]);
		else
			complain(reader, reader->key_lines[wrong],
				"key %.*s is bound twice: to %s, and to %s by default", (int)length,
				name, requests[wrong].name, requests[right].name);
		free(keymap->keys[wrong]);
		keymap->keys[wrong] = NULL;
		reader->key_lines[wrong] = 0;
	}
}

static const struct section {
	const char *name;
	void (*read)(struct reader *reader, const struct ini_line *line);
} sections[] = {
	{ "general", read_general },
	{ "columns", read_columns },
	{ "order", read_order },
	{ "keys", read_keys },
};

enum { SECTIONS = sizeof(sections) / sizeof(sections[0]) };

/* What stands before the first section is general. */
static const char *section_of(const struct ini_line *line)
{
	return *line->section ? line->section : sections[0].name;
}

static const struct section *find_section(const char *name)
{
	const struct section *section = sections;

	while (section < sections + SECTIONS && strcmp(section->name, name) != 0)
		section++;
	return section < sections + SECTIONS ? section : NULL;
}

/* Whether an earlier line says the same. */
static bool is_repeated(const struct ini *ini, const struct ini_line *line)
{
	const struct ini_line *earlier;

	for (earlier = ini->lines; earlier < line; earlier++) {
		if (earlier->type == INI_SETTING &&
			strcmp(section_of(earlier), section_of(line)) == 0 &&
			strcmp(earlier->name, line->name) == 0)
			return true;
	}
	return false;
}

static void read_line(struct reader *reader, const struct ini *ini, const struct ini_line *line)
{
	const struct section *section = find_section(section_of(line));

	if (line->type == INI_SECTION && !section)
		complain(reader, line->number, "unknown section '%s' is kept, and not used",
			line->section);
	else if (line->type == INI_WRONG && section)
		complain(reader, line->number, "neither [section] nor name = value");
	else if (line->type == INI_SETTING && section && is_repeated(ini, line))
		complain(reader, line->number, "'%s' is set a second time", line->name);
	else if (line->type == INI_SETTING && section)
		section->read(reader, line);
}

int config_read(const char *path, struct settings *settings, struct buf *complaints)
{
	struct reader reader = { .path = path, .settings = settings, .complaints = complaints };
	struct ini ini = { 0 };
	uint64_t effective;
	size_t at;
	int error = privilege_pause(&effective);

	if (!error)
		error = read_lines(path, &ini);
	privilege_resume(effective);
	for (at = 0; at < ini.count && !error; at++)
		read_line(&reader, &ini, &ini.lines[at]);
	settle_keys(&reader);
	if (error && error != -ENOMEM)
		complain(&reader, 0, "%s", file_reason(error));
	ini_free(&ini);
	return complaints->error ? complaints->error : error;
}

/* writing */

static int set_general(struct ini *ini, const struct settings *settings)
{
	const char *section;
	struct buf value = { 0 };
	int error = 0;
	size_t i;

	for (i = 0; i < GENERALS && !error; i++) {
		/* where it stands already: before all sections too */
		section = ini_get(ini, "", generals[i].name) ? "" : sections[0].name;
		buf_clear(&value);
		generals[i].write(&value, settings);
		error = value.error ? value.error
				    : ini_set(ini, section, generals[i].name, buf_str(&value));
	}
	buf_free(&value);
	return error;
}

/* The default ones are shown; a line that could not be read stays, since it says something else. */
static int drop_columns(struct ini *ini, enum class class)
{
	const char *value = ini_get(ini, "columns", class_infos[class].word), *wrong;
	struct column_list list;

	if (!value || column_list_parse(&list, class, value, &wrong) < 0)
		return 0;
	return ini_set(ini, "columns", class_infos[class].word, NULL);
}

static int set_columns(struct ini *ini, const struct settings *settings, enum class class)
{
	const struct column_list *list = &settings->columns[class];
	struct buf value = { 0 };
	int error;
	size_t i;

	for (i = 0; i < list->count; i++)
		buf_printf(&value, "%s%s", i ? "," : "", list->at[i]->name);
	if (value.error)
		error = value.error;
	else if (list->count > 0)
		error = ini_set(ini, "columns", class_infos[class].word, buf_str(&value));
	else
		error = drop_columns(ini, class);
	buf_free(&value);
	return error;
}

static int set_order(struct ini *ini, const struct settings *settings, enum class class)
{
	struct buf value = { 0 };
	int error;

	buf_printf(&value, "%s%s", settings->orders[class].column->name,
		settings->orders[class].descending ? ":desc" : "");
	error = value.error ? value.error
			    : ini_set(ini, "order", class_infos[class].word, buf_str(&value));
	buf_free(&value);
	return error;
}

static int write_config(const char *path, const struct settings *settings)
{
	struct buf text = { 0 };
	struct ini ini = { 0 };
	enum class class;
	int error;

	/* what is there now is the start, not what was there when the program began */
	error = read_lines(path, &ini);
	if (!error)
		error = set_general(&ini, settings);
	for (class = 0; class < CLASS_COUNT && !error; class ++)
		error = set_columns(&ini, settings, class);
	for (class = 0; class < CLASS_COUNT && !error; class ++)
		error = set_order(&ini, settings, class);
	ini_write(&text, &ini);
	if (!error)
		error = text.error ? text.error : file_replace(path, buf_str(&text), text.len);
	ini_free(&ini);
	buf_free(&text);
	return error;
}

int config_write(const char *path, const struct settings *settings)
{
	uint64_t effective;
	int error = privilege_pause(&effective);

	if (!error)
		error = write_config(path, settings);
	privilege_resume(effective);
	return error;
}
