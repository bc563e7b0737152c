// Reads a log as it lies in our static files, with an implementation of the formats that none of us
// wrote: golang.org/x/mod/sumdb/note and tlog. Prints what it verified; any doubt ends with status 1.
//
//	go run main.go FOLDER LOG_KEY [WITNESS_KEY ...]
//
// Verified are the log key's signature and one cosignature of each witness named over `checkpoint`,
// each leaf's inclusion, and the consistency of each smaller size, all from the tiles.
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height      = 8
	width       = 1 << height
	cosignature = 4
)

func main() {
	if len(os.Args) < 3 {
		fail(errors.New("usage: FOLDER LOG_KEY [WITNESS_KEY ...]"))
	}
	folder, logKey, witnessKeys := os.Args[1], os.Args[2], os.Args[3:]
	tree, err := openCheckpoint(folder, logKey, witnessKeys)
	fail(err)
	leaves, err := readLeaves(folder, tree.N)
	fail(err)
	fail(checkTree(tree, leaves, tlog.TileHashReader(tree, files{folder})))
	fmt.Printf("%d leaves, %d witnesses\n", tree.N, len(witnessKeys))
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// openCheckpoint wants every key given to have signed; note.Open alone is content with one of them.
func openCheckpoint(folder, logKey string, witnessKeys []string) (tlog.Tree, error) {
	var tree tlog.Tree
	raw, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		return tree, err
	}
	log, err := note.NewVerifier(logKey)
	if err != nil {
		return tree, err
	}
	known := []note.Verifier{log}
	for _, key := range witnessKeys {
		witness, err := newWitness(key)
		if err != nil {
			return tree, err
		}
		known = append(known, witness)
	}
	opened, err := note.Open(raw, note.VerifierList(known...))
	if err != nil {
		return tree, err
	}
	if len(opened.Sigs) != len(known) {
		return tree, fmt.Errorf("%d of %d have signed", len(opened.Sigs), len(known))
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != log.Name() {
		return tree, errors.New("not a checkpoint of this log")
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

// witness verifies a C2SP cosignature, which sumdb does not know.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func newWitness(line string) (witness, error) {
	var found witness
	parts := strings.SplitN(line, "+", 3)
	if len(parts) != 3 {
		return found, errors.New("not a key")
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != cosignature {
		return found, errors.New("not the key of a witness")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	found = witness{parts[0], binary.BigEndian.Uint32(sum[:4]), key[1:]}
	if fmt.Sprintf("%08x", found.hash) != parts[1] {
		return found, errors.New("key and id do not fit")
	}
	return found, nil
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.hash }

func (w witness) Verify(text, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(sig))
	return ed25519.Verify(w.key, append([]byte(head), text...), sig[8:])
}

// files is a tlog.TileReader over C2SP paths, which name no height.
type files struct{ folder string }

func (f files) Height() int                                { return height }
func (f files) SaveTiles(tiles []tlog.Tile, data [][]byte) {}

func (f files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	found := make([][]byte, len(tiles))
	for i, tile := range tiles {
		path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
		raw, err := os.ReadFile(filepath.Join(f.folder, filepath.FromSlash(path)))
		if err != nil {
			return nil, err
		}
		if len(raw) != tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s has another size", path)
		}
		found[i] = raw
	}
	return found, nil
}

// readLeaves takes the bundles apart: a length of two bytes, big-endian, before each leaf.
func readLeaves(folder string, size int64) ([][]byte, error) {
	var leaves [][]byte
	for start := int64(0); start < size; start += width {
		tile := tlog.Tile{H: height, L: -1, N: start / width, W: width}
		if rest := size - start; rest < width {
			tile.W = int(rest)
		}
		path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/data/", height), "tile/entries/", 1)
		raw, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(path)))
		if err != nil {
			return nil, err
		}
		for len(raw) >= 2 {
			end := 2 + int(binary.BigEndian.Uint16(raw))
			if end > len(raw) {
				return nil, fmt.Errorf("%s is cut short", path)
			}
			leaves, raw = append(leaves, raw[2:end]), raw[end:]
		}
		if len(raw) != 0 || int64(len(leaves)) != start+int64(tile.W) {
			return nil, fmt.Errorf("%s has another width", path)
		}
	}
	return leaves, nil
}

func checkTree(tree tlog.Tree, leaves [][]byte, hashes tlog.HashReader) error {
	for i, leaf := range leaves {
		proof, err := tlog.ProveRecord(tree.N, int64(i), hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, int64(i), tlog.RecordHash(leaf)); err != nil {
			return fmt.Errorf("leaf %d: %w", i, err)
		}
	}
	for size := int64(1); size <= tree.N; size++ {
		root, err := tlog.TreeHash(size, hashes)
		if err != nil {
			return err
		}
		proof, err := tlog.ProveTree(tree.N, size, hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, size, root); err != nil {
			return fmt.Errorf("size %d: %w", size, err)
		}
	}
	return nil
}
