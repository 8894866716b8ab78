// Reads acceptance.json and holds an implementation of the acceptance rule to it.
//
// Usage: go run acceptance.go acceptance.json
// Replace judge by a call into what you test.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

type request struct {
	Replid   string `json:"replid"`
	NextByte int64  `json:"nextByte"`
}

type ids struct {
	Replid           string  `json:"replid"`
	Replid2          *string `json:"replid2"`
	SecondReplOffset *int64  `json:"secondReplOffset"`
}

type window struct {
	FirstByte int64 `json:"firstByte"`
	Histlen   int64 `json:"histlen"`
}

type file struct {
	Format  string `json:"format"`
	Family  string `json:"family"`
	Vectors []struct {
		ID       string `json:"id"`
		Question struct {
			Request *request `json:"request"`
			IDs     ids      `json:"ids"`
			Window  *window  `json:"window"`
		} `json:"question"`
		Expected struct {
			Resync  string  `json:"resync"`
			Because *string `json:"because"`
		} `json:"expected"`
	} `json:"vectors"`
}

// judge tells whether a replica is continued, and why not.
func judge(asked *request, held ids, backlog *window) (string, string) {
	if asked == nil {
		return "full", "sync"
	}
	if strings.HasPrefix(asked.Replid, "?") {
		return "full", "requested"
	}
	if !strings.EqualFold(asked.Replid, held.Replid) {
		if held.Replid2 == nil || !strings.EqualFold(asked.Replid, *held.Replid2) {
			return "full", "unknown-history"
		}
		if asked.NextByte > *held.SecondReplOffset {
			return "full", "past-second-offset"
		}
	}
	switch {
	case backlog == nil:
		return "full", "no-backlog"
	case asked.NextByte < backlog.FirstByte:
		return "full", "before-window"
	case asked.NextByte > backlog.FirstByte+backlog.Histlen:
		return "full", "after-window"
	}
	return "partial", ""
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	var content file
	if err := json.Unmarshal(text, &content); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if content.Format != "psyncspec-vectors-1" || content.Family != "acceptance" {
		fmt.Fprintln(os.Stderr, "no acceptance vectors of a format known here")
		os.Exit(2)
	}
	failed := 0
	for _, vector := range content.Vectors {
		question, expected := vector.Question, vector.Expected
		because := ""
		if expected.Because != nil {
			because = *expected.Because
		}
		resync, reason := judge(question.Request, question.IDs, question.Window)
		if resync != expected.Resync || reason != because {
			failed++
			fmt.Printf("%s: expected %s, got %s\n", vector.ID, expected.Resync, resync)
		}
	}
	fmt.Printf("%d vectors, %d failed\n", len(content.Vectors), failed)
	if failed > 0 {
		os.Exit(1)
	}
}
