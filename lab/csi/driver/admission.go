package main

import (
	"sync"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// admission counts the snapshots being taken, by volume.
type admission struct {
	mu     sync.Mutex
	total  int
	volume map[string]int
}

func newAdmission() *admission { return &admission{volume: map[string]int{}} }

// admit lets a snapshot of a volume begin, or says which limit forbids it.
func (a *admission) admit(lim limits, volumeID string, store *store) (leave func(), err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	working, workingHere := a.total, a.volume[volumeID]

	all := len(store.snapshotsWhere(func(*snapshot) bool { return true })) + working
	here := store.snapshotsWhere(func(s *snapshot) bool { return s.Volume == volumeID })
	pending := workingHere
	for _, s := range here {
		if !s.ready() {
			pending++
		}
	}
	exceeded := func(limit, used int, what string) {
		if err == nil && limit > 0 && used >= limit {
			err = status.Errorf(codes.ResourceExhausted, "limit of %d %s reached", limit, what)
		}
	}
	exceeded(lim.Concurrent, working, "concurrent snapshot creations")
	exceeded(lim.Total, all, "snapshots")
	exceeded(lim.PerVolume, len(here)+workingHere, "snapshots of one volume")
	exceeded(lim.PendingPerVolume, pending, "pending snapshots of one volume")
	if err == nil && lim.MinInterval.Duration > 0 && len(here) > 0 &&
		time.Since(here[len(here)-1].Created) < lim.MinInterval.Duration {
		err = status.Errorf(codes.ResourceExhausted, "snapshots of one volume must be %s apart", lim.MinInterval.Duration)
	}
	if err != nil {
		return nil, err
	}
	a.total++
	a.volume[volumeID]++
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.total--
		if a.volume[volumeID]--; a.volume[volumeID] == 0 {
			delete(a.volume, volumeID)
		}
	}, nil
}
