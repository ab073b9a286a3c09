// Judges notes, proofs, tiles and answers by Go's own packages golang.org/x/mod/sumdb/{note,tlog}: JSON in, JSON out.
//
// The packages know Ed25519 notes; the archive's ECDSA signatures (C2SP signature type 0x02) take the verifier below.
package main

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type ecdsaVerifier struct {
	name string
	hash uint32
	key  *ecdsa.PublicKey
}

func (v *ecdsaVerifier) Name() string    { return v.name }
func (v *ecdsaVerifier) KeyHash() uint32 { return v.hash }
func (v *ecdsaVerifier) Verify(msg, sig []byte) bool {
	digest := sha256.Sum256(msg)
	return ecdsa.VerifyASN1(v.key, digest[:], sig)
}

// newVerifier reads <name>+<hash>+<base64 of 0x02 and the SPKI>.
func newVerifier(text string) note.Verifier {
	parts := strings.SplitN(text, "+", 3)
	bytes, err := base64.StdEncoding.DecodeString(parts[2])
	must(err)
	if bytes[0] != 0x02 {
		panic("not an ECDSA key")
	}
	key, err := x509.ParsePKIXPublicKey(bytes[1:])
	must(err)
	digest := sha256.Sum256(bytes[1:])
	hash := binary.BigEndian.Uint32(digest[:4])
	if parts[1] != fmt.Sprintf("%08x", hash) {
		panic("the hash in the text of the key is not that of the key")
	}
	return &ecdsaVerifier{parts[0], hash, key.(*ecdsa.PublicKey)}
}

func verifiers(texts []string) note.Verifiers {
	var keys []note.Verifier
	for _, text := range texts {
		keys = append(keys, newVerifier(text))
	}
	return note.VerifierList(keys...)
}

type input struct {
	Notes []struct {
		Note string
		Keys []string
	}
	Records []struct {
		Size, Index int64
		Root, Leaf  tlog.Hash
		Proof       []tlog.Hash
	}
	Trees []struct {
		Older, Newer         int64
		OlderRoot, NewerRoot tlog.Hash
		Proof                []tlog.Hash
	}
	Leaves        []tlog.Hash
	Proofs        []answer
	Consistencies []answer
}

type opened struct {
	Text   string `json:"text"`
	Signed int    `json:"signed"`
	Error  string `json:"error"`
}

type output struct {
	Notes         []opened          `json:"notes"`
	Records       []string          `json:"records"`
	Trees         []string          `json:"trees"`
	Tiles         map[string]string `json:"tiles"`
	Root          string            `json:"root"`
	Proofs        []string          `json:"proofs"`
	Consistencies []string          `json:"consistencies"`
}

func main() {
	var in input
	must(json.NewDecoder(os.Stdin).Decode(&in))
	out := output{Tiles: map[string]string{}}
	for _, each := range in.Notes {
		n, err := note.Open([]byte(each.Note), verifiers(each.Keys))
		if err != nil {
			out.Notes = append(out.Notes, opened{Error: err.Error()})
		} else {
			out.Notes = append(out.Notes, opened{Text: n.Text, Signed: len(n.Sigs)})
		}
	}
	for _, p := range in.Records {
		out.Records = append(out.Records, verdict(tlog.CheckRecord(p.Proof, p.Size, p.Root, p.Index, p.Leaf)))
	}
	for _, p := range in.Trees {
		out.Trees = append(out.Trees, verdict(tlog.CheckTree(p.Proof, p.Newer, p.NewerRoot, p.Older, p.OlderRoot)))
	}
	for _, each := range in.Proofs {
		out.Proofs = append(out.Proofs, verdict(tlogProof(each)))
	}
	for _, each := range in.Consistencies {
		out.Consistencies = append(out.Consistencies, verdict(consistency(each)))
	}
	tiles(in.Leaves, &out)
	must(json.NewEncoder(os.Stdout).Encode(out))
}

// tiles makes all tiles of a tree, by their names in C2SP tlog-tiles, and its root.
func tiles(leaves []tlog.Hash, out *output) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var found []tlog.Hash
		for _, index := range indexes {
			found = append(found, stored[index])
		}
		return found, nil
	})
	for n, leaf := range leaves {
		hashes, err := tlog.StoredHashesForRecordHash(int64(n), leaf, reader)
		must(err)
		stored = append(stored, hashes...)
	}
	for _, tile := range tlog.NewTiles(8, 0, int64(len(leaves))) {
		data, err := tlog.ReadTileData(tile, reader)
		must(err)
		out.Tiles[strings.Replace(tile.Path(), "tile/8/", "tile/", 1)] = base64.StdEncoding.EncodeToString(data)
	}
	root, err := tlog.TreeHash(int64(len(leaves)), reader)
	must(err)
	out.Root = root.String()
}

func verdict(err error) string {
	if err != nil {
		return err.Error()
	}
	return "ok"
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
