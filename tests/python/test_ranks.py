#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rank 0 is the program and the others leave with it, however it ends; for every Python door."""
import programs

IMPORT = "print('before', flush=True)\nimport weft\nprint('after', flush=True)\n"


class Ranks(programs.Programs):
    def test_what_stands_behind_the_import_runs_once(self):
        for ranks in 1, 2, 3:
            with self.subTest(ranks):
                said = self.runs(IMPORT, ranks=ranks)  # lines of ranks may run into each other
                self.assertEqual((said.count("before"), said.count("after")), (ranks, 1))

    def test_nothing_runs_twice_under_the_module(self):
        text = IMPORT + "import sys\nprint(sys.argv, __name__)\n"
        said = self.runs(text, ranks=2, module=("-m", "weft"), arguments=("a",))
        self.assertEqual(said, "before\nafter\n['program.py', 'a'] __main__\n")

    def test_the_programs_code_is_everybodys(self):
        for ranks in 1, 2:
            for line, code in {"raise SystemExit(7)": 7, "raise SystemExit('words')": 1,
                               "raise ValueError('wrong')": 1, "raise KeyboardInterrupt": 130,
                               "import signal; signal.raise_signal(signal.SIGINT)": 130}.items():
                with self.subTest(line=line, ranks=ranks):
                    done = self.run_program(IMPORT + line, ranks=ranks)
                    self.assertEqual(done.returncode, code, done.stderr)
                    self.assertNotIn("mpirun", done.stderr)  # our words are the last

    def test_a_child_does_not_speak_for_the_ranks(self):
        text = IMPORT + ("import os, sys\n"
                         "if os.fork() == 0:\n    sys.exit(5)\n"
                         "print(os.waitstatus_to_exitcode(os.wait()[1]))\n")
        self.assertTrue(self.runs(text, ranks=2).endswith("after\n5\n"))

    def test_wrong_environment_is_told_before_the_program(self):
        for ranks in 1, 2:
            done = self.run_program(IMPORT, ranks=ranks, environment={"WEFT_SUMMARY": "no/s.json"})
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("weft: error: cannot write no/s.json", done.stderr)
            self.assertNotIn("after", done.stdout)
            self.assertNotIn("mpirun", done.stderr)

    def test_another_interpreter_is_told_which_one_it_wants(self):
        text = ("import sys\nclass Old(tuple):\n    major, minor = 3, 2\n"
                "sys.version_info = Old((3, 2))\nimport weft\n")
        done = self.run_program(text)
        self.assertEqual(done.returncode, 1)
        self.assertIn("weft's Python doors were built for", done.stderr)


if __name__ == "__main__":
    programs.main()
