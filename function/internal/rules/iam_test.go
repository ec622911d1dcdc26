package rules

import "testing"

// TestAllows: the rules about permissions rely on what a policy means.
func TestAllows(t *testing.T) {
	read := request{action: "s3:GetObject", resource: "arn:aws:s3:::shop/a/b"}
	from := func(service, account string) request {
		return request{
			kind: "Service", caller: service, action: "kms:Decrypt",
			context: map[string]string{"aws:SourceAccount": account, "aws:SourceArn": "arn:aws:logs:a"},
		}
	}
	cases := map[string]struct {
		reason, policy string
		request        request
		want           bool
	}{
		"Nothing": {"What nobody allows is refused.", `[]`, read, false},
		"Exact": {
			"", `[{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shop/a/b"}]`, read, true,
		},
		"Stars": {
			"A star in a resource spans slashes.",
			`[{"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::shop/*"}]`, read, true,
		},
		"OneCharacter": {
			"", `[{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::sho?/a/b"}]`, read, true,
		},
		"Case": {
			"Actions have no case.", `[{"Effect": "Allow", "Action": "S3:getobject", "Resource": "*"}]`, read, true,
		},
		"OtherResource": {
			"", `[{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shop"}]`, read, false,
		},
		"Prefix": {
			"A pattern is of the whole ARN.",
			`[{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shop/a"}]`, read, false,
		},
		"Denied": {
			"A Deny wins.",
			`[{"Effect": "Allow", "Action": "*", "Resource": "*"}, ` +
				`{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]`, read, false,
		},
		"Service": {
			"", `[{"Effect": "Allow", "Principal": {"Service": "a"}, "Action": "kms:*"}]`, from("a", "1"), true,
		},
		"OtherService": {
			"", `[{"Effect": "Allow", "Principal": {"Service": "b"}, "Action": "kms:*"}]`, from("a", "1"), false,
		},
		"AsAnAccount": {
			"A service is no account.", `[{"Effect": "Allow", "Principal": {"AWS": "a"}, "Action": "kms:*"}]`,
			from("a", "1"), false,
		},
		"Everybody": {"", `[{"Effect": "Allow", "Principal": "*", "Action": "kms:*"}]`, from("a", "1"), true},
		"Condition": {
			"",
			`[{"Effect": "Allow", "Principal": {"Service": "a"}, "Action": "kms:*", ` +
				`"Condition": {"StringEquals": {"aws:SourceAccount": ["1", "2"]}}}]`, from("a", "2"), true,
		},
		"OtherAccount": {
			"",
			`[{"Effect": "Allow", "Principal": {"Service": "a"}, "Action": "kms:*", ` +
				`"Condition": {"StringEquals": {"aws:SourceAccount": "1"}}}]`, from("a", "3"), false,
		},
		"BothMustHold": {
			"",
			`[{"Effect": "Allow", "Principal": {"Service": "a"}, "Action": "kms:*", ` +
				`"Condition": {"StringEquals": {"aws:SourceAccount": "1"}, ` +
				`"ArnLike": {"aws:SourceArn": "arn:aws:sns:*"}}}]`, from("a", "1"), false,
		},
		"NotTold": {
			"A key that AWS does not send does not hold.",
			`[{"Effect": "Allow", "Principal": {"Service": "a"}, "Action": "kms:*", ` +
				`"Condition": {"StringEquals": {"kms:ViaService": "s3"}}}]`, from("a", "1"), false,
		},
		"NotKnown": {
			"An operator that is not known here does not hold.",
			`[{"Effect": "Allow", "Principal": {"Service": "a"}, "Action": "kms:*", ` +
				`"Condition": {"NumericLessThan": {"aws:SourceAccount": "1"}}}]`, from("a", "1"), false,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var d document
			if err := decode(`{"Version": "2012-10-17", "Statement": `+tc.policy+`}`, &d); err != nil {
				t.Fatal(err)
			}
			if got := d.allows(tc.request); got != tc.want {
				t.Errorf("%s\n%s is allowed: %v, want %v", tc.reason, tc.request, got, tc.want)
			}
		})
	}
}

// TestUnknownActions: the reference has the actions that exist, and no others.
func TestUnknownActions(t *testing.T) {
	got, err := UnknownActions(
		[]string{"s3:GetObject", "s3:Get*", "s3:Getobject", "s3:Fetch*", "ec2:DescribeVpcs", "nothing:Do"})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"s3:Getobject", "s3:Fetch*", "nothing:Do"}
	if len(got) != len(want) || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("unknown are %v, want %v", got, want)
	}
}
