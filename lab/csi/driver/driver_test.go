package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func openDriver(t *testing.T, root string) *driver {
	t.Helper()
	st, err := openStore(root)
	if err != nil {
		t.Fatal(err)
	}
	return newDriver("test.csi.lab", "node", st)
}

func makeVolume(t *testing.T, d *driver, name string) (id string) {
	t.Helper()
	reply, err := d.CreateVolume(context.Background(), &csi.CreateVolumeRequest{
		Name:               name,
		VolumeCapabilities: []*csi.VolumeCapability{{AccessType: &csi.VolumeCapability_Mount{Mount: &csi.VolumeCapability_MountVolume{}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return reply.GetVolume().GetVolumeId()
}

// take asks for a snapshot through the faults, as a sidecar would.
func take(d *driver, name, volumeID string) (*csi.Snapshot, error) {
	reply, err := d.faults.intercept(context.Background(),
		&csi.CreateSnapshotRequest{Name: name, SourceVolumeId: volumeID},
		&grpc.UnaryServerInfo{FullMethod: "/csi.v1.Controller/CreateSnapshot"},
		func(ctx context.Context, req any) (any, error) {
			return d.CreateSnapshot(ctx, req.(*csi.CreateSnapshotRequest))
		})
	if err != nil {
		return nil, err
	}
	return reply.(*csi.CreateSnapshotResponse).GetSnapshot(), nil
}

func expectCode(t *testing.T, err error, want codes.Code) {
	t.Helper()
	if got := status.Code(err); got != want {
		t.Errorf("got %v (%v), want %v", got, err, want)
	}
}

func TestLimitsOnTheNextSnapshotOfAVolume(t *testing.T) {
	for name, test := range map[string]struct {
		limits             limits
		same, other, again codes.Code // for the same volume, another one, the first snapshot again
	}{
		"none":             {limits{}, codes.OK, codes.OK, codes.OK},
		"minInterval":      {limits{MinInterval: duration{time.Hour}}, codes.ResourceExhausted, codes.OK, codes.OK},
		"perVolume":        {limits{PerVolume: 1}, codes.ResourceExhausted, codes.OK, codes.OK},
		"total":            {limits{Total: 1}, codes.ResourceExhausted, codes.ResourceExhausted, codes.OK},
		"pendingPerVolume": {limits{PendingPerVolume: 1, ReadyAfter: duration{time.Hour}}, codes.ResourceExhausted, codes.OK, codes.OK},
		"pending is over":  {limits{PendingPerVolume: 1}, codes.OK, codes.OK, codes.OK},
	} {
		t.Run(name, func(t *testing.T) {
			d := openDriver(t, t.TempDir())
			volumeA, volumeB := makeVolume(t, d, "a"), makeVolume(t, d, "b")
			d.faults.limits = test.limits
			if _, err := take(d, "first", volumeA); err != nil {
				t.Fatal(err)
			}
			_, err := take(d, "second", volumeA)
			expectCode(t, err, test.same)
			_, err = take(d, "third", volumeB)
			expectCode(t, err, test.other)
			_, err = take(d, "first", volumeA)
			expectCode(t, err, test.again)
		})
	}
}

func TestMinIntervalEnds(t *testing.T) {
	d := openDriver(t, t.TempDir())
	volumeID := makeVolume(t, d, "a")
	d.faults.limits = limits{MinInterval: duration{50 * time.Millisecond}}
	_, err := take(d, "first", volumeID)
	expectCode(t, err, codes.OK)
	time.Sleep(60 * time.Millisecond)
	_, err = take(d, "second", volumeID)
	expectCode(t, err, codes.OK)
}

func TestConcurrentCountsSnapshotsAtWork(t *testing.T) {
	d := openDriver(t, t.TempDir())
	leave, err := d.admission.admit(limits{Concurrent: 1}, "a", d.store)
	expectCode(t, err, codes.OK)
	_, err = d.admission.admit(limits{Concurrent: 1}, "b", d.store)
	expectCode(t, err, codes.ResourceExhausted)
	leave()
	_, err = d.admission.admit(limits{Concurrent: 1}, "b", d.store)
	expectCode(t, err, codes.OK)
}

func TestReadyAfter(t *testing.T) {
	d := openDriver(t, t.TempDir())
	volumeID := makeVolume(t, d, "a")
	d.faults.limits = limits{ReadyAfter: duration{50 * time.Millisecond}}
	snap, err := take(d, "first", volumeID)
	expectCode(t, err, codes.OK)
	if snap.GetReadyToUse() {
		t.Error("ready at once")
	}
	time.Sleep(60 * time.Millisecond)
	if snap, _ = take(d, "first", volumeID); !snap.GetReadyToUse() {
		t.Error("not ready in time")
	}
}

func TestRuleSpoilsTheCallsThatMatch(t *testing.T) {
	d := openDriver(t, t.TempDir())
	volumeA, volumeB := makeVolume(t, d, "a"), makeVolume(t, d, "b")
	d.faults.rules = []*rule{{Method: "CreateSnapshot", Match: volumeA, Code: codes.Internal, Times: 1}}
	_, err := take(d, "for-b", volumeB)
	expectCode(t, err, codes.OK)
	_, err = take(d, "for-a", volumeA)
	expectCode(t, err, codes.Internal)
	_, err = take(d, "for-a", volumeA)
	expectCode(t, err, codes.OK)
	if stats := d.faults.calls["CreateSnapshot"]; stats.Calls != 3 || stats.Failed != 1 || stats.InFlight != 0 {
		t.Errorf("counted %+v", *stats)
	}
}

func TestLostReplyLeavesTheWorkDone(t *testing.T) {
	d := openDriver(t, t.TempDir())
	volumeID := makeVolume(t, d, "a")
	d.faults.rules = []*rule{{Code: codes.Unavailable, LoseReply: true, Times: 1}}
	_, err := take(d, "first", volumeID)
	expectCode(t, err, codes.Unavailable)
	found := d.store.snapshotsWhere(func(s *snapshot) bool { return s.Name == "first" })
	if len(found) != 1 {
		t.Fatalf("%d snapshots, want 1", len(found))
	}
	snap, err := take(d, "first", volumeID)
	expectCode(t, err, codes.OK)
	if snap.GetSnapshotId() != found[0].ID {
		t.Error("the repeated call made another snapshot")
	}
}

func TestGroupIsCompletedAfterAFailureHalfWay(t *testing.T) {
	d := openDriver(t, t.TempDir())
	request := &csi.CreateVolumeGroupSnapshotRequest{
		Name: "group", SourceVolumeIds: []string{makeVolume(t, d, "a"), makeVolume(t, d, "b")},
	}
	d.faults.limits = limits{Total: 1}
	_, err := d.CreateVolumeGroupSnapshot(context.Background(), request)
	expectCode(t, err, codes.ResourceExhausted)
	half := d.members(groupID("group"))
	d.faults.limits = limits{}
	reply, err := d.CreateVolumeGroupSnapshot(context.Background(), request)
	expectCode(t, err, codes.OK)
	members := reply.GetGroupSnapshot().GetSnapshots()
	if len(half) != 1 || len(members) != 2 || members[0].GetSnapshotId() != half[0].ID {
		t.Errorf("had %d members, got %v", len(half), members)
	}
}

func TestStoreOutlivesTheDriver(t *testing.T) {
	root := t.TempDir()
	d := openDriver(t, root)
	volumeID := makeVolume(t, d, "a")
	if err := os.WriteFile(filepath.Join(d.store.volumeDir(volumeID), "file"), []byte("data"), 0o600); err != nil {
		t.Fatal(err)
	}
	snap, err := take(d, "first", volumeID)
	expectCode(t, err, codes.OK)
	rubbish := d.store.snapshotDir("snap-half-made")
	if err := os.Mkdir(rubbish, 0o755); err != nil {
		t.Fatal(err)
	}

	d = openDriver(t, root)
	if d.store.volume(volumeID) == nil || d.store.snapshot(snap.GetSnapshotId()) == nil {
		t.Error("a record is lost")
	}
	data, err := os.ReadFile(filepath.Join(d.store.snapshotDir(snap.GetSnapshotId()), "file"))
	if err != nil || string(data) != "data" {
		t.Errorf("read %q, %v", data, err)
	}
	if _, err := os.Stat(rubbish); !os.IsNotExist(err) {
		t.Error("a snapshot without record is still there")
	}
}
