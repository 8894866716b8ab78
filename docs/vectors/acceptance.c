/*
 * Reads acceptance.json and holds an implementation of the acceptance rule to it.
 *
 * Usage: cc -O2 -o acceptance acceptance.c && ./acceptance acceptance.json
 * Replace judge() by a call into what you test.
 *
 * A file has one vector a line, keys in alphabetical order and nothing but ASCII, so a line can be searched for a
 * path of keys without a JSON library. IDs of these vectors hold no escapes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LINE_MAX_BYTES (1 << 20)
#define TEXT_MAX 128

/* The value behind the first `"key":` after `from`, or NULL. */
static const char *value_of(const char *from, const char *key) {
    char wanted[TEXT_MAX];
    snprintf(wanted, sizeof wanted, "\"%s\":", key);
    const char *found = from == NULL ? NULL : strstr(from, wanted);
    return found == NULL ? NULL : found + strlen(wanted);
}

static int is_null(const char *value) { return value == NULL || strncmp(value, "null", 4) == 0; }

static void text_of(const char *value, char *into) {
    size_t length = 0;
    if (!is_null(value) && *value == '"')
        for (value++; *value != '"' && *value != '\0' && length < TEXT_MAX - 1; value++)
            into[length++] = *value;
    into[length] = '\0';
}

struct question {
    int sync, has_window, has_second;
    char asked[TEXT_MAX], replid[TEXT_MAX], replid2[TEXT_MAX];
    long long next_byte, second, first_byte, histlen;
};

/* Whether a replica is continued, and why not. */
static const char *judge(const struct question *q, const char **because) {
    *because = "";
    if (q->sync) return *because = "sync", "full";
    if (q->asked[0] == '?') return *because = "requested", "full";
    if (strcasecmp(q->asked, q->replid) != 0) {
        if (!q->has_second || strcasecmp(q->asked, q->replid2) != 0)
            return *because = "unknown-history", "full";
        if (q->next_byte > q->second) return *because = "past-second-offset", "full";
    }
    if (!q->has_window) return *because = "no-backlog", "full";
    if (q->next_byte < q->first_byte) return *because = "before-window", "full";
    if (q->next_byte > q->first_byte + q->histlen) return *because = "after-window", "full";
    return "partial";
}

static void read_question(const char *line, struct question *q) {
    const char *question = value_of(line, "question");
    const char *ids = value_of(question, "ids");
    const char *request = value_of(question, "request");
    const char *window = value_of(question, "window");
    memset(q, 0, sizeof *q);
    text_of(value_of(ids, "replid"), q->replid);
    text_of(value_of(ids, "replid2"), q->replid2);
    q->has_second = !is_null(value_of(ids, "replid2"));
    if (q->has_second) q->second = atoll(value_of(ids, "secondReplOffset"));
    q->sync = is_null(request);
    if (!q->sync) {
        text_of(value_of(request, "replid"), q->asked);
        q->next_byte = atoll(value_of(request, "nextByte"));
    }
    q->has_window = !is_null(window);
    if (q->has_window) {
        q->first_byte = atoll(value_of(window, "firstByte"));
        q->histlen = atoll(value_of(window, "histlen"));
    }
}

int main(int argc, char **argv) {
    FILE *file = argc > 1 ? fopen(argv[1], "r") : NULL;
    char *line = malloc(LINE_MAX_BYTES);
    int count = 0, failed = 0;
    if (file == NULL || line == NULL) return fprintf(stderr, "give the path of acceptance.json\n"), 2;
    if (fgets(line, LINE_MAX_BYTES, file) == NULL || strstr(line, "\"psyncspec-vectors-1\"") == NULL)
        return fprintf(stderr, "no vectors of a format known here\n"), 2;
    while (fgets(line, LINE_MAX_BYTES, file) != NULL) {
        char id[TEXT_MAX], resync[TEXT_MAX], reason[TEXT_MAX];
        const char *expected = value_of(line, "expected"), *because;
        struct question q;
        if (expected == NULL) continue;
        read_question(line, &q);
        text_of(value_of(value_of(expected, "line"), "id"), id);
        text_of(value_of(expected, "resync"), resync);
        text_of(value_of(expected, "because"), reason);
        const char *got = judge(&q, &because);
        count++;
        if (strcmp(got, resync) != 0 || strcmp(because, reason) != 0) {
            failed++;
            printf("%s: expected %s, got %s\n", id, resync, got);
        }
    }
    printf("%d vectors, %d failed\n", count, failed);
    free(line);
    fclose(file);
    return failed > 0;
}
