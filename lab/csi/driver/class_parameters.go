package main

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const kubernetesPrefix = "csi.storage.k8s.io/" // parameters the sidecars add

// classParameters are what a StorageClass or Volume(Group)SnapshotClass may
// carry: the same faults as the admin API, but for the objects of one class.
type classParameters struct {
	latency    time.Duration // "latency": how long the call takes
	readyAfter time.Duration // "readyAfter": snapshots only
	fail       codes.Code    // "fail": gRPC code, such as "INTERNAL"
}

func parseParameters(parameters map[string]string) (p classParameters, err error) {
	for key, value := range parameters {
		switch {
		case strings.HasPrefix(key, kubernetesPrefix):
		case key == "latency":
			p.latency, err = time.ParseDuration(value)
		case key == "readyAfter":
			p.readyAfter, err = time.ParseDuration(value)
		case key == "fail":
			err = p.fail.UnmarshalJSON([]byte(strconv.Quote(value)))
		default:
			err = errors.New("unknown parameter")
		}
		if err != nil {
			return p, status.Errorf(codes.InvalidArgument, "class parameter %q: %v", key, err)
		}
	}
	return p, nil
}

// apply plays the faults common to all kinds of call.
func (p classParameters) apply(ctx context.Context) error {
	if err := sleep(ctx, p.latency); err != nil {
		return err
	}
	if p.fail != codes.OK {
		return status.Error(p.fail, "the class asks for this failure")
	}
	return nil
}
