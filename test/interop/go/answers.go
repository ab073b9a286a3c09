// Judges what the routes of proof answer, as they answer it: C2SP tlog-proofs, and the JSON of consistency.
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// answer is the body of an answer, and the keys of its ledger.
type answer struct {
	Body string
	Keys []string
}

type head struct {
	size int64
	root tlog.Hash
}

// checkpoint opens a C2SP tlog-checkpoint: origin, size and root, a line each.
func checkpoint(text string, keys []string) (head, error) {
	opened, err := note.Open([]byte(text), verifiers(keys))
	if err != nil {
		return head{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 {
		return head{}, fmt.Errorf("a checkpoint of %d lines", len(lines)-1)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return head{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return head{size, root}, err
}

// tlogProof judges a C2SP tlog-proof of the entry that it carries as its extra data.
func tlogProof(given answer) error {
	above, below, found := strings.Cut(given.Body, "\n\n")
	lines := strings.Split(above, "\n")
	if !found || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return fmt.Errorf("no tlog-proof")
	}
	entry, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		return err
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	if err != nil {
		return err
	}
	var hashes tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		hashes = append(hashes, hash)
	}
	top, err := checkpoint(below, given.Keys)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(hashes, top.size, top.root, index, tlog.RecordHash(entry))
}

// consistency judges the JSON of two checkpoints and the proof between them.
func consistency(given answer) error {
	var told struct {
		From, To    int64
		Proof       tlog.TreeProof
		Checkpoints struct{ From, To string }
	}
	if err := json.Unmarshal([]byte(given.Body), &told); err != nil {
		return err
	}
	older, err := checkpoint(told.Checkpoints.From, given.Keys)
	if err != nil {
		return err
	}
	newer, err := checkpoint(told.Checkpoints.To, given.Keys)
	if err != nil {
		return err
	}
	if older.size != told.From || newer.size != told.To {
		return fmt.Errorf("checkpoints of other sizes")
	}
	return tlog.CheckTree(told.Proof, newer.size, newer.root, older.size, older.root)
}
