# SPDX-License-Identifier: Apache-2.0
"""A Slurm of one node on the loopback interface, of a folder of its own, that ends with its scope.

Wants root and Debian's slurmctld, slurmd, slurm-client and munge. Touches no configuration of the
system: keys, sockets, spool and logs are in the folder.
"""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

PROGRAMS = ('munged', 'slurmctld', 'slurmd', 'sbatch', 'scancel', 'scontrol', 'mpirun')
KILL_WAIT_SECONDS = 30  # Slurm's own default

SLURM_CONF = '''
ClusterName=one
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CryptoType=crypto/munge
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
ReturnToService=2
KillWait={kill_wait}
MinJobAge=600
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
'''


def why_not_here():
    """A sentence, where there can be no such Slurm."""
    if os.geteuid() != 0:
        return 'only root can run slurmd'
    missing = [name for name in PROGRAMS if shutil.which(name, path=_path()) is None]
    if missing:
        return f'no {", ".join(missing)} (Debian: slurmctld slurmd slurm-client munge openmpi-bin)'
    return ''


def _path():
    return os.environ.get('PATH', '') + ':/usr/sbin:/sbin'


def _free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(('127.0.0.1', 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class SlurmNode:
    """with SlurmNode(folder) as slurm: slurm.submit('job.sh')"""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.host = socket.gethostname().split('.', maxsplit=1)[0]
        self.environment = dict(os.environ, PATH=_path(),
                                SLURM_CONF=str(self.folder / 'slurm.conf'))
        self._daemons = []

    def __enter__(self):
        try:
            self._start_munge()
            self._configure()
            self._start('slurmctld', '-D')
            self._start('slurmd', '-D', '-N', self.host)
            self._until_idle()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self._daemons[1:]:
            self.run('scancel', '--signal=KILL', '--full', '--user=root', check=False)
            self.run('scancel', '--user=root', check=False)
            time.sleep(1)
        for daemon in reversed(self._daemons):
            daemon.send_signal(signal.SIGTERM)
            try:
                daemon.wait(timeout=20)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        self._daemons = []

    def _start(self, *command):
        log = open(self.folder / f'{command[0]}.out', 'ab')
        with log:
            self._daemons.append(subprocess.Popen(
                command, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True))

    def _start_munge(self):
        munge = self.folder / 'munge'
        munge.mkdir(mode=0o755)
        key = munge / 'key'
        key.touch(mode=0o600)
        key.write_bytes(os.urandom(128))
        self._start('munged', '--foreground', '--force', f'--key-file={key}',
                    f'--socket={munge}/socket', f'--pid-file={munge}/pid',
                    f'--log-file={munge}/log', f'--seed-file={munge}/seed')

    def _configure(self):
        controller_port, node_port = _free_ports(2)
        text = SLURM_CONF.format(folder=self.folder, host=self.host, cpus=os.cpu_count(),
                                 controller_port=controller_port, node_port=node_port,
                                 kill_wait=KILL_WAIT_SECONDS)
        (self.folder / 'slurm.conf').write_text(text)
        # Slurm's own search for the version of cgroups ends slurmd where there is no systemd.
        (self.folder / 'cgroup.conf').write_text('CgroupPlugin=cgroup/v1\n')
        for name in ('state', 'spool'):
            (self.folder / name).mkdir()

    def _until_idle(self):
        for _ in range(120):
            found = self.run('sinfo', '--noheader', '--format=%T', check=False)
            if found.strip() == 'idle':
                return
            if any(daemon.poll() is not None for daemon in self._daemons):
                break
            time.sleep(0.5)
        raise RuntimeError('the node does not come up:\n' + self.logs())

    def logs(self):
        """The last lines of what the daemons wrote."""
        out = ''
        for path in sorted(self.folder.glob('*.log')) + sorted(self.folder.glob('*.out')):
            lines = path.read_text(errors='replace').splitlines()
            out += ''.join(f'{path.name}: {line}\n' for line in lines[-15:])
        return out

    def run(self, *command, check=True, **more):
        """What a command of Slurm's prints."""
        done = subprocess.run(command, env=self.environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=120, check=False, **more)
        if check and done.returncode != 0:
            raise RuntimeError(f'{command}: {done.returncode}: {done.stdout}{done.stderr}')
        return done.stdout

    def submit(self, *arguments, cwd):
        """The number of the job that sbatch made."""
        return int(self.run('sbatch', '--parsable', *arguments, cwd=cwd).strip().split(';')[0])

    def job(self, number):
        """What Slurm says of a job: {'JobState': 'COMPLETED', 'ExitCode': '0:0' ...}"""
        words = self.run('scontrol', '--oneliner', 'show', 'job', str(number)).split()
        return dict(word.split('=', 1) for word in words if '=' in word)

    def has_mpi(self, name):
        """Whether srun can start programs in this way, as 'pmix'."""
        done = subprocess.run(['srun', f'--mpi={name}', '--ntasks=1', 'true'], cwd=self.folder,
                              env=self.environment, capture_output=True, timeout=120, check=False)
        return done.returncode == 0
